import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { BuildKey } from '../../package/modules/build-key.ts';
import { stageDbgsymPackage } from '../../package/modules/dbgsym-package.ts';
import { stageModulesPackage } from '../../package/modules/modules-package.ts';
import { writeCachedPackage } from '../../package/modules/package-cache.ts';
import type {
  ModulesPackageChoices,
  PackageFormat,
} from '../../package/modules/package-choices.ts';
import { type StagedPackage, writePackage } from '../../package/staged-package.ts';
import { modulesPackageCheck } from '../../package/verify/check-written.ts';
import type { Reporter } from '../../report/reporter.ts';
import { writeKmodPackage } from '../../rpm/kmod/write-kmod.ts';

/** The user's choices for all packages that are written. */
export interface PackageChoices extends ModulesPackageChoices {
  /** The output directory. */
  readonly output: string;
  /** By default deb. */
  readonly format?: PackageFormat;
  /** The time stamp of all files in the packages, in seconds. */
  readonly timestamp: number;
  /** Whether -dbgsym packages are written in addition. */
  readonly dbgsym: boolean;
  /** Signs the modules. Undefined if the modules stay unsigned. */
  readonly signer: ModuleSigner | undefined;
  /**
   * Whether the cache is used: a package with the same contents is copied from it, and a new package is stored in
   * it.
   */
  readonly cache: boolean;
}

/** The paths of the packages that were written for one kernel. */
export interface KernelPackages {
  readonly file: string;
  readonly dbgsym?: string;
}

/**
 * Writes the package of modules for one kernel, and its -dbgsym package. Each is verified before it gets its final
 * name. The -dbgsym package comes last, because it depends on the other one.
 */
export async function writeKernelPackages(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: DriverDescription,
  choices: PackageChoices & {
    readonly buildKey: BuildKey;
    readonly common: boolean;
    readonly extra: string | undefined;
  },
  reporter: Reporter,
): Promise<KernelPackages> {
  const { output, timestamp, dbgsym } = choices;
  if (choices.format === 'rpm') {
    return { file: await writeKmodPackage(build, headers, driver, choices, reporter) };
  }
  const write = (one: StagedPackage) =>
    choices.cache
      ? writeCachedPackage(one, output, check, reporter)
      : writePackage(one, output, check, reporter);
  const check = modulesPackageCheck(build, headers, choices.signer);
  const staged = await stageModulesPackage(build, headers, driver, choices);
  const symbols = dbgsym && (await stageDbgsymPackage(build, headers, driver, { timestamp }));
  if (dbgsym && build.debug.length < build.modules.length) {
    reporter.warn(
      `${headers.release}: ${build.modules.length - build.debug.length} of ${build.modules.length} modules have no debug data`,
      'Build for a kernel with CONFIG_DEBUG_INFO, and check that the Makefile does not remove -g.',
    );
  }
  const file = await write(staged);
  return symbols ? { file, dbgsym: await write(symbols) } : { file };
}
