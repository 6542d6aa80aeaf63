import type { KernelConfig } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';

/** A package, and the symbols that its modules export. */
export interface PackageExports {
  /** The package's name. */
  readonly name: string;
  readonly exports: Exports;
}

/**
 * What is known about the kernel for which a module is checked. A check that needs an undefined value reports
 * `unchecked`.
 */
export interface VerifyAgainst {
  /** The release of the kernel (`uname -r`). */
  readonly release: string | undefined;
  /** What `uname -m` prints when this kernel runs. */
  readonly machine: string | undefined;
  readonly config: KernelConfig | undefined;
  /** The symbols in the kernel's Module.symvers. */
  readonly exports: Exports | undefined;
  /**
   * The exports of other modules of the same package or driver, and of BUILD_DEPENDS. They take precedence over the
   * exports of the kernel, because a driver may replace modules of the kernel that export the same symbols.
   */
  readonly otherExports?: Exports;
  /** The exports of other packages that may be installed together with the module's package. */
  readonly beside?: readonly PackageExports[];
  /** The names (with `_`) of modules that `depends` may name, other than modules of the kernel. */
  readonly otherModules?: ReadonlySet<string>;
  /**
   * The packages on which the module's package depends. If a module or symbol is nowhere else in this object, it may be
   * in one of these packages.
   */
  readonly elsewhere?: readonly string[];
  /** Whether a module without a signature is an error. */
  readonly mustBeSigned?: boolean;
}
