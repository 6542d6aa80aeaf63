import { join } from 'node:path';
import { hearDownloads } from '../../archives/apt/downloads.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { DkmsDebError } from '../../errors.ts';
import { checkHeaders } from '../../kernel/check-headers.ts';
import { findToolchain } from '../../kernel/compiler.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { relocateHeaders } from '../../kernel/relocate-headers.ts';
import { headersOf, type KernelChoice } from '../../kernel/select.ts';
import type { BuildDependency } from '../../module/compile/build-dependency.ts';
import { buildModules, refuseExcluded } from '../../module/compile/build-modules.ts';
import { expectedBuild } from '../../module/compile/expected-build.ts';
import { moduleName } from '../../module/format/module-path.ts';
import { extraModules } from '../../package/modules/extra-modules.ts';
import { checkMetaKind } from '../../package/modules/meta-package.ts';
import { type Reporter, reporterOf, type Task } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';
import { expectedPackages } from './expected-packages.ts';
import { FORMATS } from './formats.ts';
import { type KernelOutcome, knownError } from './kernel-outcome.ts';
import { keyOfBuild, type SourceParts } from './key-parts.ts';
import { checkMeta, type MetaChoices } from './meta-choices.ts';
import type { PackageChoices } from './package-format.ts';
import { tellOfExtra, tellOfFirmware, tellOfHooks } from './tell-of-driver.ts';
import { hasCommon } from './write-common.ts';

/** The source of the driver and the user's choices. They are the same for every kernel. */
export interface KernelWork {
  readonly source: DriverSource;
  /** The parts of Build-Key that follow from `source`. */
  readonly parts: SourceParts;
  readonly dryRun: boolean;
  /** Whether modules may be taken from the cache if their input has not changed. */
  readonly cache: boolean;
  readonly packages: PackageChoices;
  /** The paths given with --symvers. They contain the modules or Module.symvers files of drivers in BUILD_DEPENDS. */
  readonly symvers: readonly string[];
  /** The choices for the metapackage that will depend on the package of modules. Undefined if there will be none. */
  readonly meta: MetaChoices | undefined;
}

/** A kernel with its headers, or with the error because of which it has no headers. */
export interface Target {
  readonly kernel: KernelChoice;
  /**
   * The headers. For a kernel of an archive they are undefined until the kernel's turn comes: they are fetched while
   * modules for other kernels are compiled.
   */
  readonly headers: KernelHeaders | DkmsDebError | undefined;
}

/**
 * Finds the headers of all installed kernels, `atOnce` at the same time. Headers of archives are fetched later. If the
 * user named an installed kernel twice, with and without its architecture, it is returned once.
 */
export async function findTargets(
  kernels: readonly KernelChoice[],
  atOnce: number,
): Promise<Target[]> {
  const seen = new Set<string>();
  return (await mapConcurrently(kernels, atOnce, findHeaders)).filter(({ headers }) => {
    if (headers === undefined || headers instanceof DkmsDebError) return true;
    const known = seen.has(headers.directory);
    seen.add(headers.directory);
    return !known;
  });
}

/** Finds the headers of one kernel. An error is returned instead of thrown, so that the other kernels are built. */
async function findHeaders(kernel: KernelChoice): Promise<Target> {
  if (kernel.remote !== undefined) return { kernel, headers: undefined };
  try {
    return { kernel, headers: await headersOf(kernel) };
  } catch (error) {
    return { kernel, headers: knownError(error) };
  }
}

/**
 * Builds and packs the modules for one kernel, with `make -j<jobs>`. With `dryRun`, only checks whether this is
 * possible, and returns the paths that the packages would get. If the build or the check fails, the returned outcome
 * contains the error.
 */
export async function buildKernel(
  target: Target,
  { source, parts, packages, dryRun, cache, symvers, meta }: KernelWork,
  jobs: number,
  commandReporter: Reporter,
  task: Task,
): Promise<KernelOutcome> {
  const reporter = reporterOf(task, commandReporter);
  let begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let release = target.kernel.release;
  let headers: KernelHeaders | undefined;
  const { remote } = target.kernel;
  /** To evaluate BUILD_EXCLUSIVE_CONFIG, the headers are needed, but not the compiler, which may have to be fetched. */
  const refuseIfExcluded = async (found: KernelHeaders) =>
    refuseExcluded(await readConfForKernel(source.confFile, found), found.release);
  try {
    if (target.headers instanceof DkmsDebError) throw target.headers;
    if (target.headers === undefined) reporter.progress('getting headers and compiler');
    else task.briefStep('checking the headers');
    const original =
      target.headers ??
      (await hearDownloads(
        (advance) =>
          advance === undefined
            ? task.briefStep('preparing headers and compiler')
            : task.advance(advance),
        () => headersOf(target.kernel, refuseIfExcluded),
      ));
    // Downloads are not counted, because their time says nothing about the driver.
    begun = performance.now();
    if (meta !== undefined) checkMetaKind(meta.kind, original);
    headers = original;
    release = original.release;
    return await withTemporaryDirectory('bmdeb', async (directory) => {
      const relocated = await relocateHeaders(original, join(directory, 'headers'));
      await checkHeaders(relocated);
      const format = FORMATS[packages.format];
      format.checkKernel(original, packages, reporter);
      const beforeCompiling = async (
        conf: DkmsConf,
        dependencies: readonly BuildDependency[] = [],
      ) => {
        const place = join(directory, 'expected');
        const expected = await expectedBuild(conf, relocated, dependencies, place);
        await format.checkPackages(expected, relocated, source, packages);
        if (meta !== undefined) await checkMeta(conf.name, original, source, meta);
      };
      if (dryRun) {
        const conf = await readConfForKernel(source.confFile, original);
        refuseExcluded(conf, release);
        await beforeCompiling(conf);
        const expected = expectedPackages(conf, original, source.description, packages);
        await findToolchain(relocated);
        return { release, headers: original, status: 'built', seconds: seconds(), ...expected };
      }
      const build = await buildModules(directory, {
        sourceDirectory: source.directory,
        tree: source.isPackage ? undefined : source.tree,
        sourceEntries: source.entries,
        confFile: source.confFile,
        headers: relocated,
        jobs,
        reporter,
        timestamp: source.timestamp,
        signer: packages.signer,
        cache,
        debug: packages.dbgsym,
        symvers,
        beforeCompiling,
      });
      await tellOfHooks(build.conf, source, commandReporter);
      tellOfFirmware(build, source, format.firmwareOf(relocated), commandReporter);
      task.briefStep('packing');
      const exports = async () => (await build.exports()).kernel;
      const extra = await extraModules(relocated, build.modules, exports);
      tellOfExtra(extra, release, commandReporter);
      const { dependency } = extra;
      const buildKey = await keyOfBuild(parts, source, relocated, build, packages, dependency);
      const input = {
        build,
        headers: relocated,
        driver: source.description,
        buildKey,
        extra: dependency,
        common: hasCommon(source),
      };
      const written = await format.write(input, packages, reporter);
      const modules = build.modules.map((module) => module.name);
      const { cached, conf } = build;
      const devices = build.modules.map(({ name, aliases = [] }) => ({
        name: moduleName(name),
        aliases,
      }));
      const built = { dkmsName: conf.name, cached, ...written, modules, devices };
      return { release, headers: relocated, status: 'built', seconds: seconds(), ...built };
    });
  } catch (error) {
    const known = knownError(error);
    // The error's code is compared, not its exit status: the exit status may come from a script of the driver, and
    // may be any number.
    const status = known.code === 'excluded' ? 'excluded' : 'failed';
    return { release, headers, remote, status, seconds: seconds(), error: known };
  }
}
