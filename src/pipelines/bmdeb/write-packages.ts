import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import { writePackage } from '../../package/dkms/dkms-package.ts';
import type { DkmsRelation } from '../../package/dkms/dkms-relation.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { stageDbgsymPackage } from '../../package/modules/dbgsym-package.ts';
import type { InitramfsChoice } from '../../package/modules/initramfs-choices.ts';
import type { KernelDependency } from '../../package/modules/kernel-dependency.ts';
import { stageModulesPackage } from '../../package/modules/modules-package.ts';
import { writeCachedPackage } from '../../package/modules/package-cache.ts';
import { packedCheck } from '../../package/verify/check-packed.ts';
import type { Reporter } from '../../report/reporter.ts';

export interface PackageChoices {
  readonly output: string;
  /** Seconds, of everything in them. */
  readonly timestamp: number;
  readonly dbgsym: boolean;
  readonly initramfs: InitramfsChoice;
  readonly dkmsRelation: DkmsRelation;
  readonly kernelDependency?: KernelDependency | undefined;
  /** Who has signed the modules. */
  readonly signer: ModuleSigner | undefined;
  /** Whether a package of the very same content may come from, and goes into, the cache. */
  readonly cache: boolean;
}

/** Paths of the packages of one kernel. */
export interface KernelPackages {
  readonly file: string;
  readonly dbgsym?: string;
}

/** Writes the packages of one kernel's modules, each verified before it gets its name; what depends on the first comes after it. */
export async function writeKernelPackages(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: DriverDescription,
  choices: PackageChoices,
  reporter: Reporter,
): Promise<KernelPackages> {
  const { output, timestamp, dbgsym } = choices;
  const write = choices.cache ? writeCachedPackage : writePackage;
  const check = packedCheck(build, headers, choices.signer);
  const staged = await stageModulesPackage(build, headers, driver, choices);
  const symbols = dbgsym && (await stageDbgsymPackage(build, headers, driver, { timestamp }));
  if (dbgsym && build.debug.length < build.modules.length) {
    reporter.warn(
      `${headers.release}: ${build.modules.length - build.debug.length} of ${build.modules.length} modules have no debug data`,
      'A kernel without CONFIG_DEBUG_INFO makes none, and neither does a Makefile that leaves out -g.',
    );
  }
  const file = await write(staged, output, check);
  return symbols ? { file, dbgsym: await write(symbols, output, check) } : { file };
}
