import type { KernelConfig } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';

/** A package, and the symbols that its modules export. */
export interface PackageExports {
  /** The package's name. */
  readonly name: string;
  readonly exports: Exports;
}

/** The kernel that a module is checked against. A check whose input is undefined reports `unchecked`. */
export interface VerifyAgainst {
  /** `uname -r`. */
  readonly release: string | undefined;
  /** `uname -m`. */
  readonly machine: string | undefined;
  readonly config: KernelConfig | undefined;
  /** The symbols in the kernel's Module.symvers. */
  readonly exports: Exports | undefined;
  /**
   * Exports of the same package or driver and of BUILD_DEPENDS. They take precedence over the kernel's,
   * because a driver may replace modules of the kernel that export the same names.
   */
  readonly otherExports?: Exports;
  /** The exports of other packages that may be installed together with the module's package. */
  readonly beside?: readonly PackageExports[];
  /** Names (with `_`) of modules other than the kernel's, to which `depends` may refer. */
  readonly otherModules?: ReadonlySet<string>;
  /**
   * The packages on which the module's package depends. They may contain symbols and modules that are missing here.
   */
  readonly elsewhere?: readonly string[];
  /** Whether a module without a signature is an error. */
  readonly mustBeSigned?: boolean;
}
