import type { Explanation } from '../../debianize/explain.ts';
import type { KernelView } from './kernel-view.ts';

/** What is understood of a driver, as --json prints it. */
export interface InfoDocument {
  /** Path or NAME/VERSION, as it was given. */
  readonly source: string;
  /** Of dkms.conf; what a file that is derived would have. */
  readonly name: string;
  readonly version: string;
  /** The file that was read as dkms.conf, from the tree's top or in the package; null: derived. */
  readonly conf: string | null;
  /** Facts of a tree, with where it tells them; none of a .deb. */
  readonly facts: readonly Explanation[];
  /** What the tree contradicts itself about. */
  readonly doubts: readonly string[];
  /** The package with the source: the one that `build` makes, or the given one. */
  readonly package: { readonly name: string; readonly version: string; readonly file: string };
  readonly kernels: readonly KernelView[];
}
