import type { KernelHeaders } from '../../kernel/headers.ts';
import type { KernelFamily } from '../../kernel/kernel-family.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { BuildKey } from '../../package/modules/build-key.ts';
import type {
  ModulesPackageChoices,
  PackageFormat,
} from '../../package/modules/package-choices.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';
import type { KernelOutcome } from './kernel-outcome.ts';

/** The user's choices for all packages that are written. */
export interface PackageChoices extends ModulesPackageChoices {
  /** The output directory. */
  readonly output: string;
  readonly format: PackageFormat;
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

/** The packages for one kernel: their paths, or their names before they are written. */
export interface KernelPackages {
  readonly file: string;
  readonly dbgsym?: string;
}

/** What the packages for one kernel are written from. */
export interface PackInput {
  readonly build: ModuleBuild;
  readonly headers: KernelHeaders;
  readonly driver: DriverDescription;
  readonly buildKey: BuildKey;
  /** Whether the driver has files for all kernels. */
  readonly common: boolean;
  /**
   * The package with further modules of the kernel, which the driver's modules need (Ubuntu's linux-modules-extra).
   * Undefined if they need no such package.
   */
  readonly extra: string | undefined;
}

/** A format of packages of modules. It has everything that bmdeb does differently for .deb and for .rpm. */
export interface ModulesFormat {
  /** Throws KernelError if a package cannot require the kernel in the way that the user wishes. May warn, too. */
  checkKernel(headers: KernelHeaders, choices: PackageChoices, reporter: Reporter): void;

  /**
   * Throws the errors of `write` and `writeCommon` that are about names, versions and fields of the packages. `build`
   * is an expectedBuild: this function is called before anything is compiled.
   */
  checkPackages(
    build: ModuleBuild,
    headers: KernelHeaders,
    source: DriverSource,
    choices: PackageChoices,
  ): Promise<void>;

  /** Returns the distribution that has the packages of firmware for a kernel. Undefined if it is not known. */
  firmwareOf(headers: Pick<KernelHeaders, 'release' | 'family'>): KernelFamily | undefined;

  /** Returns the file names of the packages for one kernel. */
  namesOf(
    dkmsName: string,
    headers: KernelHeaders,
    driver: DriverDescription,
    choices: Pick<PackageChoices, 'dbgsym'>,
  ): KernelPackages;

  /** Writes the packages for one kernel, and verifies each before it gets its final name. */
  write(
    input: PackInput,
    choices: PackageChoices,
    reporter: Reporter,
  ): Promise<KernelPackages & { readonly buildKey?: BuildKey }>;

  /**
   * Writes the packages with the files for all kernels, and returns their paths. With `dryRun`, only returns the
   * paths.
   */
  writeCommon(
    outcomes: readonly KernelOutcome[],
    source: DriverSource,
    choices: { readonly output: string; readonly dryRun: boolean },
    reporter: Reporter,
  ): Promise<string[]>;
}
