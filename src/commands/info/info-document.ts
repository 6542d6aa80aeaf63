import type { Explanation } from '../../debianize/explain.ts';
import type { KernelView } from './kernel-view.ts';

/** The facts about a driver, as --json prints them. */
export interface InfoDocument {
  /** Path or NAME/VERSION as given on the command line. */
  readonly source: string;
  /** PACKAGE_NAME of the given or derived dkms.conf. */
  readonly name: string;
  /** PACKAGE_VERSION of the given or derived dkms.conf. */
  readonly version: string;
  /** The dkms.conf, relative to the tree or the package; null if it was derived. */
  readonly conf: string | null;
  /** Facts of the tree with their origins; [] for a .deb. */
  readonly facts: readonly Explanation[];
  /** Contradictions in the tree. */
  readonly doubts: readonly string[];
  /** The -dkms package: the one that `build` makes, or the given .deb. */
  readonly package: { readonly name: string; readonly version: string; readonly file: string };
  readonly kernels: readonly KernelView[];
}
