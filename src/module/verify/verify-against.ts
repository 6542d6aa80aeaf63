import type { KernelConfig } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';

/** The symbols that the modules of one package export. */
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
  /** Exports of other packages that may be installed together with this one. */
  readonly beside?: readonly PackageExports[];
  /** Names (with `_`) of modules other than the kernel's, to which `depends` may refer. */
  readonly otherModules?: ReadonlySet<string>;
  /** Packages on which the modules' package depends; they may have the symbols and modules missing here. */
  readonly elsewhere?: readonly string[];
  /** Makes a module without a signature an error. */
  readonly mustBeSigned?: boolean;
}
