import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { type DkmsVariables, dkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Toolchain } from '../../kernel/compiler.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type Exports, formatSymvers } from '../../kernel/symvers.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { applyPatches } from './apply-patches.ts';
import { NO_BTF } from './btf.ts';
import type { CachedBuild } from './build-cache.ts';
import type { BuildDependency } from './build-dependency.ts';
import { withBuildLog } from './build-log.ts';
import type { ModuleBuildRequest } from './build-request.ts';
import { runBuildScript } from './build-script.ts';
import { checkModules } from './check-modules.ts';
import { separateDebugData, stripModule } from './debug-data.ts';
import { layOutDependencies } from './lay-out-dependencies.ts';
import { relocateMakefiles, relocatePaths } from './relocate-makefiles.ts';
import type { ShellOptions } from './run-in-dkms-shell.ts';
import { findBuiltModule, makeCommand, runMake } from './run-make.ts';
import { makeWorkspace, readablePaths, type Workspace } from './workspace.ts';

/**
 * The time limit in seconds for make, and for each script of the build. For nvidia make needs two minutes, for zfs
 * three.
 */
const MAKE_SECONDS = 3600;

/** A build request, and the facts that were read for it. */
interface CompileRequest extends ModuleBuildRequest {
  readonly sourceEntries: readonly SourceEntry[];
  readonly conf: DkmsConf;
  readonly toolchain: Toolchain;
  /** Whether kbuild must not add BTF to the modules, because pahole is missing. */
  readonly withoutBtf: boolean;
  readonly dependencies: readonly BuildDependency[];
  /** Returns the symbols in the kernel's Module.symvers. */
  readonly kernelExports: () => Promise<Exports>;
}

/**
 * Copies the source into a workspace below `directory`, then patches and compiles the copy in the steps of DKMS.
 * Returns the modules, checked, and stripped unless STRIP says no. Throws ModuleBuildError with DKMS's exit status.
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
  const driver = `${conf.name}-${conf.version}`;
  return withBuildLog({ driver, release: headers.release }, (logFile, expected) =>
    compileIn(workspace, { ...request, conf }, logFile, expected),
  );
}

async function compileIn(
  workspace: Workspace,
  request: CompileRequest,
  logFile: string,
  expected: number | undefined,
): Promise<CachedBuild> {
  const { headers, toolchain, reporter, conf } = request;
  const variables = variablesFor(conf, workspace, headers, request.jobs);
  const symvers = await layOutDependencies(workspace, headers, request.dependencies);
  const shell: ShellOptions = {
    cwd: workspace.buildDirectory,
    tree: request.tree,
    env: buildEnvironment(conf, workspace, request, symvers),
    logFile,
    timeoutSeconds: MAKE_SECONDS,
    readable: readablePaths(workspace, headers.pathMaps ?? []),
  };
  // The time is set back a little, because time stamps of files lag behind the clock.
  const since = Date.now() - 50;
  await applyPatches(workspace.buildDirectory, conf.patches, logFile);
  await runBuildScript('PRE_BUILD', conf.preBuild, variables, shell, reporter);
  reporter.progress(`compiling ${conf.name} ${conf.version}`);
  const make = makeCommand(conf, variables, toolchain, request.jobs);
  // Module.symvers is read while make runs. The empty handler keeps an early failure from ending the process; the
  // error is thrown at the `await` below.
  const kernelExports = request.kernelExports();
  kernelExports.catch(() => {});
  await runMake(relocatePaths(make, headers), variables, shell, { expected, reporter });

  const built = conf.modules.filter((module) => module.excluded === undefined);
  const files = await Promise.all(
    built.map((module) => findBuiltModule(workspace.buildDirectory, module, logFile, make)),
  );
  // The directory in which DKMS has the modules when POST_BUILD runs:
  // $dkms_tree/<name>/<version>/<kernel>/<arch>/module.
  const results = join(workspace.buildDirectory, '..', headers.release, headers.machine, 'module');
  const debugDirectory = join(results, '..', 'debug');
  for (const place of [results, debugDirectory]) await makeDirectory(place);
  const stripped: string[] = [];
  const debug: string[] = [];
  for (const [i, module] of built.entries()) {
    const file = join(results, `${module.installedName}.ko`);
    await copyFile(files[i] ?? '', file);
    // Debug data are not put into the directory of the modules, because POST_BUILD expects only modules there.
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

/** Throws ModuleBuildError `module-missing` (exit status 7) if POST_BUILD has removed a module. */
function refuseRemoved(files: readonly string[], logFile: string): void {
  const removed = files.find((file) => !existsSync(file));
  if (removed === undefined) return;
  throw new ModuleBuildError(
    'module-missing',
    EXIT.moduleMissing,
    `POST_BUILD removed ${basename(removed)}`,
    {
      hint: `Leave the modules in $dkms_tree/$module/$module_version/$kernelver/$arch/module; POST_BUILD may only change them. Read the whole log: ${logFile}`,
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
 * Returns the environment of make and of the scripts. CC is set as in DKMS. Path maps make the modules contain
 * usr/src/<name>-<version> instead of the temporary directory. SOURCE_DATE_EPOCH makes kbuild run pahole in one thread;
 * with several threads, .BTF would be different in each build. TMPDIR is in the workspace: if a compiler is killed, its
 * temporary files are removed together with the workspace.
 */
function buildEnvironment(
  conf: DkmsConf,
  workspace: Workspace,
  { toolchain, timestamp, headers, withoutBtf }: CompileRequest,
  symvers: readonly string[],
): Record<string, string> {
  const source = { from: workspace.buildDirectory, to: `/usr/src/${conf.name}-${conf.version}` };
  // If several maps match a path, the compiler uses the last one.
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
