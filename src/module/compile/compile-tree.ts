import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { type DkmsVariables, dkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Toolchain } from '../../kernel/compiler.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type Exports, formatSymvers } from '../../kernel/symvers.ts';
import { NO_BTF } from '../format/btf.ts';
import { separateDebugData } from '../format/debug-data.ts';
import type { CachedBuild } from './build-cache.ts';
import type { BuildDependency } from './build-dependency.ts';
import { withBuildLog } from './build-log.ts';
import type { ModuleBuildRequest } from './build-request.ts';
import { runBuildScript } from './build-script.ts';
import { checkModules } from './check-modules.ts';
import { compile, findBuiltModule, makeCommand } from './compile.ts';
import { layOutDependencies } from './lay-out-dependencies.ts';
import { applyPatches } from './patch.ts';
import { relocateMakefiles, relocatePaths } from './relocate-makefiles.ts';
import type { ShellOptions } from './shell.ts';
import { stripModule } from './strip.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** Seconds one make may take; nvidia's takes two minutes, zfs three. */
const MAKE_SECONDS = 3600;

interface CompileRequest extends ModuleBuildRequest {
  readonly sourceEntries: readonly SourceEntry[];
  readonly conf: DkmsConf;
  readonly toolchain: Toolchain;
  /** Leaves out what kbuild would need pahole for. */
  readonly withoutBtf: boolean;
  readonly dependencies: readonly BuildDependency[];
  /** Reads the kernel's Module.symvers. */
  readonly kernelExports: () => Promise<Exports>;
}

/**
 * Copies the source into a workspace below `directory`, patches and compiles it, and returns its
 * modules stripped and checked: DKMS's steps in DKMS's order.
 */
export async function compileTree(
  directory: string,
  request: CompileRequest,
): Promise<CachedBuild> {
  const { headers } = request;
  const workspace = await makeWorkspace(directory, {
    directory: request.sourceDirectory,
    entries: request.sourceEntries,
    confFile: request.confFile,
    name: request.conf.name,
    version: request.conf.version,
  });
  await relocateMakefiles(workspace.buildDirectory, headers);
  const { confFile, dkmsTree, sourceTree } = workspace;
  const identity = request.conf;
  const conf = await readConfForKernel(confFile, headers, {
    dkmsTree,
    sourceTree,
    identity,
    jobs: request.jobs,
    inPlace: true,
  });
  return withBuildLog(`${conf.name}-${conf.version}-${headers.release}`, (logFile) =>
    compileIn(workspace, { ...request, conf }, logFile),
  );
}

async function compileIn(
  workspace: Workspace,
  request: CompileRequest,
  logFile: string,
): Promise<CachedBuild> {
  const { headers, toolchain, reporter, conf } = request;
  const variables = variablesFor(conf, workspace, headers, request.jobs);
  const symvers = await layOutDependencies(workspace, headers, request.dependencies);
  const shell: ShellOptions = {
    cwd: workspace.buildDirectory,
    env: buildEnvironment(conf, workspace, request, symvers),
    logFile,
    timeoutSeconds: MAKE_SECONDS,
    signal: request.signal,
  };
  // The clock of files is a little behind.
  const since = Date.now() - 50;
  await applyPatches(workspace.buildDirectory, conf.patches, logFile);
  await runBuildScript('PRE_BUILD', conf.preBuild, variables, shell, reporter);
  reporter.progress(`compiling ${conf.name} ${conf.version}`);
  const make = makeCommand(conf, variables, toolchain, request.jobs);
  // Read while make works; its error is told when its turn comes.
  const kernelExports = request.kernelExports();
  kernelExports.catch(() => {});
  await compile(relocatePaths(make, headers), variables, shell);

  const built = conf.modules.filter((module) => module.excluded === undefined);
  const files = await Promise.all(
    built.map((module) => findBuiltModule(workspace.buildDirectory, module, logFile, make)),
  );
  // Where DKMS has them when POST_BUILD runs: $dkms_tree/<name>/<version>/<kernel>/<arch>/module.
  const results = join(workspace.buildDirectory, '..', headers.release, headers.machine, 'module');
  const debugDirectory = join(results, '..', 'debug');
  for (const place of [results, debugDirectory]) await mkdir(place, { recursive: true });
  const stripped: string[] = [];
  const debug: string[] = [];
  for (const [i, module] of built.entries()) {
    const file = join(results, `${module.installedName}.ko`);
    await copyFile(files[i] ?? '', file);
    // Before strip takes them; POST_BUILD finds only what DKMS would show it.
    const target = join(debugDirectory, `${module.installedName}.ko.debug`);
    if (request.debug && (await separateDebugData(file, target, toolchain))) debug.push(target);
    if (module.strip) await stripModule(file, toolchain);
    stripped.push(file);
  }
  await runBuildScript('POST_BUILD', conf.postBuild, variables, shell, reporter);
  if (conf.postBuild) refuseRemoved(stripped, logFile);
  const exports = { kernel: await kernelExports, dependencies: request.dependencies, since };
  const { abi, others } = await checkModules(
    stripped,
    workspace.buildDirectory,
    headers,
    exports,
    reporter,
  );
  return {
    files: stripped,
    abi,
    otherExports: formatSymvers(others),
    ...(request.debug && { debug }),
  };
}

/** ModuleBuildError `module-missing` (7): POST_BUILD works on the modules where they are. */
function refuseRemoved(files: readonly string[], logFile: string): void {
  const removed = files.find((file) => !existsSync(file));
  if (removed === undefined) return;
  throw new ModuleBuildError(
    'module-missing',
    EXIT.moduleMissing,
    `POST_BUILD removed ${basename(removed)}`,
    {
      hint: `It may change the modules in $dkms_tree/$module/$module_version/$kernelver/$arch/module, they stay there. The whole log: ${logFile}`,
    },
  );
}

function variablesFor(
  identity: DkmsConf,
  { dkmsTree, sourceTree }: Workspace,
  kernel: KernelHeaders,
  jobs: number,
): DkmsVariables {
  return {
    ...dkmsVariables({ kernel, identity, dkmsTree, sourceTree, jobs }),
    install_tree: kernel.installTree ?? '/lib/modules',
    kernel_config: kernel.configFile ?? '',
  };
}

/**
 * CC as DKMS exports it, and the maps that keep our temporary directory out of the modules: they
 * speak of the place where `<name>-dkms` has the source, on every machine the same. With a time
 * stamp kbuild keeps pahole to one thread: with more of them .BTF differs from build to build.
 * A compiler that is killed leaves its temporary files: they go with the workspace.
 */
function buildEnvironment(
  conf: DkmsConf,
  workspace: Workspace,
  { toolchain, timestamp, headers, withoutBtf }: CompileRequest,
  symvers: readonly string[],
): Record<string, string> {
  const source = { from: workspace.buildDirectory, to: `/usr/src/${conf.name}-${conf.version}` };
  // Of the maps that fit a path the compiler takes the one it was given last.
  const maps = [...(headers.pathMaps ?? []).toReversed(), source]
    .map(({ from, to }) => `-ffile-prefix-map=${from}=${to}`)
    .join(' ');
  return {
    ...toolchain.environment,
    ...(withoutBtf && NO_BTF),
    KCFLAGS: maps,
    KAFLAGS: maps,
    ...(symvers.length > 0 && { KBUILD_EXTRA_SYMBOLS: symvers.join(' ') }),
    TMPDIR: workspace.dkmsTree,
    KBUILD_BUILD_TIMESTAMP: new Date((timestamp ?? 0) * 1000).toUTCString(),
    ...(timestamp !== undefined && { SOURCE_DATE_EPOCH: String(timestamp) }),
    ...(toolchain.compiler && { CC: toolchain.compiler, KERNEL_CC: toolchain.compiler }),
    ...(toolchain.linker && { LD: toolchain.linker, KERNEL_LD: toolchain.linker }),
  };
}
