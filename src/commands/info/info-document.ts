import type { Explanation } from '../../debianize/explain.ts';
import type { KernelView } from './kernel-view.ts';

/** The facts about a driver, in the form for --json. */
export interface InfoDocument {
  /** The source as it was given on the command line: a path, or NAME/VERSION. */
  readonly source: string;
  /** PACKAGE_NAME of the given or derived dkms.conf. */
  readonly name: string;
  /** PACKAGE_VERSION of the given or derived dkms.conf. */
  readonly version: string;
  /** The path of the dkms.conf, relative to the tree or the package. Null if the dkms.conf was derived. */
  readonly conf: string | null;
  /**
   * Facts about the tree with their origins. [] for a .deb, and for a tree with debian/ whose dkms.conf is not usable.
   */
  readonly facts: readonly Explanation[];
  /** Sentences about facts that the user should check, such as places of the tree that contradict each other. */
  readonly doubts: readonly string[];
  /** The -dkms package: the one that `build` would make, or the given .deb. */
  readonly package: { readonly name: string; readonly version: string; readonly file: string };
  readonly kernels: readonly KernelView[];
}
