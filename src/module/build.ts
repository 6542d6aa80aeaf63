import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DkmsConf } from '../dkms/conf.ts';
import { readConfForKernel } from '../dkms/conf-for-kernel.ts';
import { sourceDigest } from '../dkms/source-digest.ts';
import { listSourceTree, type SourceEntry } from '../dkms/source-tree.ts';
import { EXIT, ModuleBuildError } from '../errors.ts';
import { compilerMismatch, findToolchain, type Toolchain } from '../kernel/compiler.ts';
import type { KernelHeaders } from '../kernel/headers.ts';
import { headersDigest } from '../kernel/headers-digest.ts';
import { type Exports, formatSymvers, parseSymvers, readKernelExports } from '../kernel/symvers.ts';
import { run } from '../system/run.ts';
import { lacksPahole, WITHOUT_BTF } from './btf.ts';
import { cacheDirectory, cacheKey, restoreBuild, storeBuild } from './build-cache.ts';
import type { BuildDependency } from './build-dependency.ts';
import type { ModuleBuildRequest } from './build-request.ts';
import { compileTree } from './compile-tree.ts';
import { debugDataOf, type ModuleDebugData } from './debug-data.ts';
import { findBuildDependencies } from './find-build-dependencies.ts';
import { type BuiltModule, finishModule } from './finish.ts';

/** What a build was made of. */
export interface BuildInputs {
  /** sha256, hex, of the source with its dkms.conf, of Module.symvers and of the configuration. */
  readonly source: string;
  readonly symvers: string;
  readonly configuration: string;
  /** headersDigest. */
  readonly headers: string;
  /** What `--version` prints; '' where there is none. Of binutils ld speaks for as, too. */
  readonly compiler: string;
  readonly binutils: string;
  readonly pahole: string;
}

export interface ModuleBuild {
  readonly conf: DkmsConf;
  readonly modules: readonly BuiltModule[];
  /** `sha256:…` of what the modules need of the kernel (kernelAbi). */
  readonly abi: string;
  readonly compiler: string;
  readonly inputs: BuildInputs;
  /** Of the modules that have some, if they were asked for. */
  readonly debug: readonly ModuleDebugData[];
  /** Other drivers whose symbols the modules may use. */
  readonly dependencies: readonly BuildDependency[];
  /** What the modules were checked against, for those that are packed. */
  readonly exports: () => Promise<{ readonly kernel: Exports; readonly others: Exports }>;
}

/**
 * Compiles a driver for one kernel below `directory` (empty, private, removed by the caller): patch,
 * PRE_BUILD, make, strip, POST_BUILD, check, sign, compress. No root, nothing outside `directory`
 * is written but the log. ModuleBuildError with DKMS's exit status: 77 excluded, 5 and 6 patches,
 * 10 make, 7 module missing, 13 BUILD_DEPENDS.
 */
export async function buildModules(
  directory: string,
  request: ModuleBuildRequest,
): Promise<ModuleBuild> {
  const { headers, reporter } = request;
  // They are read while bash works; what dkms.conf says is told first, and nobody is still at work then.
  const work = [readConfForKernel(request.confFile, headers), readTools(request)] as const;
  await Promise.allSettled(work);
  const conf = await work[0];
  refuseExcluded(conf, headers.release);
  const { toolchain, inputs, sourceEntries } = await work[1];
  for (const warning of conf.warnings) reporter.warn(warning);
  const withoutBtf = lacksPahole(headers, inputs.pahole);
  if (withoutBtf) reporter.note(WITHOUT_BTF);
  const dependencies = await findBuildDependencies(conf, headers, request.symvers ?? []);
  const key = request.cache && (await keyOf(request, conf, inputs, dependencies));
  let read: Promise<Exports> | undefined;
  const kernelExports = () => {
    read ??= readKernelExports(headers.directory);
    return read;
  };
  let compiled = key && (await restoreBuild(cacheDirectory(), key, join(directory, 'restored')));
  if (compiled) reporter.progress(`${conf.name} ${conf.version} is in the cache`);
  else {
    const mismatch = await compilerMismatch(headers, toolchain, inputs.compiler);
    if (mismatch !== undefined) reporter.warn(mismatch.message, mismatch.hint);
    const tools = { toolchain, withoutBtf };
    const made = { ...request, ...tools, sourceEntries, conf, dependencies, kernelExports };
    compiled = await compileTree(directory, made);
    if (key) await storeBuild(cacheDirectory(), key, compiled);
  }
  const debug = await debugDataOf(compiled.files, compiled.debug ?? []);
  const modules: BuiltModule[] = [];
  for (const file of compiled.files) {
    modules.push(await finishModule(file, headers, request.signer));
  }
  if (headers.config.get('CONFIG_MODULE_SIG_FORCE') === 'y' && modules.some((m) => !m.signed)) {
    reporter.warn(
      `${headers.release} takes only signed modules, and these are not`,
      'Sign them: --sign-key with --sign-cert here, or bmdeb-sign later.',
    );
  }
  const { otherExports = '' } = compiled;
  return {
    conf,
    modules,
    abi: compiled.abi,
    compiler: compilerName(toolchain),
    inputs,
    debug,
    dependencies,
    exports: async () => ({ kernel: await kernelExports(), others: parseSymvers(otherExports) }),
  };
}

/** The kernel's compiler, the source, and all inputs of a build but dkms.conf's values. */
async function readTools(request: ModuleBuildRequest): Promise<{
  toolchain: Toolchain;
  inputs: BuildInputs;
  sourceEntries: readonly SourceEntry[];
}> {
  const { headers, sourceDirectory } = request;
  const sourceEntries = request.sourceEntries ?? (await listSourceTree(sourceDirectory));
  const [toolchain, source, symvers, configuration, pahole] = await Promise.all([
    findToolchain(headers),
    sourceDigest(sourceDirectory, sourceEntries, request.confFile),
    digest(join(headers.directory, 'Module.symvers')),
    digest(headers.configFile ?? ''),
    versionOf('pahole'),
  ]);
  const [compiler, binutils] = await Promise.all([
    versionOf(compilerName(toolchain).split(' ')[0] ?? 'gcc'),
    versionOf(toolchain.linker ?? `${toolchain.prefix}ld`),
  ]);
  const digests = {
    source,
    symvers,
    configuration,
    headers: request.cache ? headersDigest(headers) : '',
  };
  return { toolchain, inputs: { ...digests, compiler, binutils, pahole }, sourceEntries };
}

/** Everything that can change what a build makes. */
async function keyOf(
  request: ModuleBuildRequest,
  conf: DkmsConf,
  inputs: BuildInputs,
  dependencies: readonly BuildDependency[],
): Promise<string> {
  const { headers } = request;
  const { source, symvers, configuration, compiler, binutils, pahole } = inputs;
  const { release, machine, packageVersion } = headers;
  const generated = await generatedHeaders(headers.directory);
  const kernel = {
    release,
    machine,
    packageVersion,
    symvers,
    configuration,
    generated,
    headers: inputs.headers,
  };
  // The rest of conf is in the source; its path differs from clone to clone.
  const { modules, make, patches, preBuild, postBuild } = conf;
  const evaluated = withoutPlaces({ modules, make, patches, preBuild, postBuild }, headers);
  const others = dependencies.map(({ name, version, exports }) => [
    name,
    version,
    formatSymvers(exports),
  ]);
  return cacheKey({
    others,
    source,
    evaluated,
    kernel,
    compiler,
    binutils,
    pahole,
    timestamp: request.timestamp,
    ...(request.debug && { debug: true }),
  });
}

/** A kernel of one's own is compiled again under the same release: these change with every time. */
async function generatedHeaders(directory: string): Promise<string[]> {
  const names = ['utsversion.h', 'compile.h', 'autoconf.h'];
  return Promise.all(names.map((name) => digest(join(directory, 'include/generated', name))));
}

/** Unpacked headers are used in a new temporary place each time. */
function withoutPlaces(
  evaluated: unknown,
  { directory, installTree = directory }: KernelHeaders,
): string {
  return JSON.stringify(evaluated)
    .replaceAll(directory, '<headers>')
    .replaceAll(installTree, '<modules>');
}

async function digest(file: string): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  return createHash('sha256').update(bytes).digest('hex');
}

const versions = new Map<string, Promise<string>>();

/** What a program says of its version, asked once; '' where it is not installed. */
function versionOf(program: string): Promise<string> {
  const known = versions.get(program);
  if (known !== undefined) return known;
  const asked = run(program, ['--version']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  versions.set(program, asked);
  return asked;
}

function compilerName(toolchain: Toolchain): string {
  return toolchain.compiler ?? (toolchain.clang ? 'clang' : 'gcc');
}

/** ModuleBuildError `excluded` (77) for a kernel that BUILD_EXCLUSIVE_* leaves out. */
export function refuseExcluded(conf: DkmsConf, release: string): void {
  if (conf.excluded === undefined) return;
  throw new ModuleBuildError(
    'excluded',
    EXIT.excluded,
    `${conf.name} ${conf.version} is not for kernel ${release}: ${conf.excluded}`,
  );
}
