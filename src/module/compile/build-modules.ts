import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import { compilerMismatch } from '../../kernel/compiler.ts';
import { type Exports, parseSymvers, readKernelExports } from '../../kernel/symvers.ts';
import { lacksPahole, WITHOUT_BTF } from './btf.ts';
import { cacheDirectory, restoreBuild, storeFiles } from './build-cache.ts';
import type { BuildDependency } from './build-dependency.ts';
import { type BuildInputs, buildKey, compilerName, readInputs } from './build-inputs.ts';
import type { ModuleBuildRequest } from './build-request.ts';
import { compileTree } from './compile-tree.ts';
import { debugDataOf, type ModuleDebugData } from './debug-data.ts';
import { findBuildDependencies } from './find-build-dependencies.ts';
import { type BuiltModule, finishModule } from './finish-module.ts';

/** The result of building a driver for one kernel. */
export interface ModuleBuild {
  readonly conf: DkmsConf;
  readonly modules: readonly BuiltModule[];
  /** Whether the modules come from the cache, so that nothing was compiled. */
  readonly cached: boolean;
  /** The ABI of the modules (kernelAbi). */
  readonly abi: string;
  readonly compiler: string;
  readonly inputs: BuildInputs;
  /** The debug data of the modules that have some. Empty unless the request has `debug`. */
  readonly debug: readonly ModuleDebugData[];
  /** The drivers of BUILD_DEPENDS, whose symbols the modules may use. */
  readonly dependencies: readonly BuildDependency[];
  /**
   * Returns the exports with which the imports of the modules were checked: those of the kernel, and those of the
   * driver's own modules and of BUILD_DEPENDS (`others`).
   */
  readonly exports: () => Promise<{ readonly kernel: Exports; readonly others: Exports }>;
}

/**
 * Builds a driver for one kernel in `directory` (empty, removed by the caller): patch, PRE_BUILD, make, strip,
 * POST_BUILD, check, sign, compress. Needs no root, and writes nothing outside `directory` except the log and the
 * cache. Throws the errors of reading dkms.conf, and ModuleBuildError with DKMS's exit status: 77 for an excluded
 * kernel, 5 or 6 for a patch, 10 for make or a failed check, 7 for a missing module, 13 for BUILD_DEPENDS. A failed
 * script has its own status, an error in signing has 1.
 */
export async function buildModules(
  directory: string,
  request: ModuleBuildRequest,
): Promise<ModuleBuild> {
  const { headers, reporter } = request;
  // dkms.conf and the inputs are read at the same time. An error is thrown only when both have ended. If both fail, the
  // error of dkms.conf is thrown.
  const work = [readConfForKernel(request.confFile, headers), readInputs(request)] as const;
  await Promise.allSettled(work);
  const conf = await work[0];
  refuseExcluded(conf, headers.release);
  const { toolchain, inputs, sourceEntries } = await work[1];
  for (const warning of conf.warnings) reporter.warn(warning);
  const withoutBtf = lacksPahole(headers, inputs.pahole);
  if (withoutBtf) reporter.note(WITHOUT_BTF);
  const dependencies = await findBuildDependencies(conf, headers, request.symvers ?? []);
  const key = request.cache && (await buildKey(request, conf, inputs, dependencies));
  let read: Promise<Exports> | undefined;
  const kernelExports = () => {
    read ??= readKernelExports(headers.directory);
    return read;
  };
  const restored = join(directory, 'restored');
  let compiled = key && (await restoreBuild(cacheDirectory(), key, restored, reporter));
  const cached = Boolean(compiled);
  if (compiled) reporter.progress(`${conf.name} ${conf.version} is in the cache`);
  else {
    await request.beforeCompiling?.(conf, dependencies);
    const mismatch = await compilerMismatch(headers, toolchain, inputs.compiler);
    if (mismatch !== undefined) reporter.warn(mismatch.message, mismatch.hint);
    const tools = { toolchain, withoutBtf };
    const made = { ...request, ...tools, sourceEntries, conf, dependencies, kernelExports };
    compiled = await compileTree(directory, made);
    if (key) await storeFiles(cacheDirectory(), key, compiled, reporter);
  }
  const debug = await debugDataOf(compiled.files, compiled.debug ?? []);
  const modules: BuiltModule[] = [];
  for (const file of compiled.files) {
    modules.push(await finishModule(file, headers, request.signer));
  }
  if (headers.config.get('CONFIG_MODULE_SIG_FORCE') === 'y' && modules.some((m) => !m.signed)) {
    reporter.warn(
      `kernel ${headers.release} loads only signed modules, but modules of ${conf.name} are not signed`,
      'Sign the modules with --sign-key and --sign-cert (bmdeb, run), or later with bmdeb-sign.',
    );
  }
  const { otherExports = '' } = compiled;
  return {
    conf,
    modules,
    cached,
    abi: compiled.abi,
    compiler: compilerName(toolchain),
    inputs,
    debug,
    dependencies,
    exports: async () => ({ kernel: await kernelExports(), others: parseSymvers(otherExports) }),
  };
}

/** Throws ModuleBuildError `excluded` (exit status 77) if BUILD_EXCLUSIVE_* excludes the kernel. */
export function refuseExcluded(
  conf: Pick<DkmsConf, 'name' | 'version' | 'excluded'>,
  release: string,
): void {
  if (conf.excluded === undefined) return;
  throw new ModuleBuildError(
    'excluded',
    EXIT.excluded,
    `${conf.name} ${conf.version} is not for kernel ${release}: ${conf.excluded}`,
  );
}
