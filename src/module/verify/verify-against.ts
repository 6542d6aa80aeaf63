import type { KernelConfig } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';

/** What the modules of one package export. */
export interface PackageExports {
  /** As the package is called. */
  readonly name: string;
  readonly exports: Exports;
}

/** The kernel that a module is checked against. What is undefined is not known: those checks say so. */
export interface VerifyAgainst {
  /** `uname -r`. */
  readonly release: string | undefined;
  /** `uname -m`. */
  readonly machine: string | undefined;
  readonly config: KernelConfig | undefined;
  /** The kernel's Module.symvers. */
  readonly exports: Exports | undefined;
  /**
   * What modules export that go before the kernel's: those of the same package or driver, of
   * BUILD_DEPENDS. A driver may replace modules of the kernel, which export the same names.
   */
  readonly otherExports?: Exports;
  /** What the modules of other packages export, package by package: they may be installed, too. */
  readonly beside?: readonly PackageExports[];
  /** Names (with `_`) of modules that are there beside the kernel's own, for `depends`. */
  readonly otherModules?: ReadonlySet<string>;
  /** Packages that may have what is missing here: those on which the modules' own package depends. */
  readonly elsewhere?: readonly string[];
  /** Of a module of that kernel, to be equal with; else it is put together from the configuration. */
  readonly vermagic?: string | undefined;
  /** A module without a signature is an error. */
  readonly mustBeSigned?: boolean;
}
