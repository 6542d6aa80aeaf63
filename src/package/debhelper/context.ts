import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Packaging } from '../packaging.ts';

/** The input and state of the steps that stage a package. */
export interface Staging {
  readonly tree: StagedTree;
  readonly packaging: Packaging;
  readonly sourceDirectory: string;
  /** The entries of the source tree that a step may install, including debian/. */
  readonly entries: readonly SourceEntry[];
  /** The values that `${env:NAME}` has in lists. debian/rules exports them. */
  readonly variables: ReadonlyMap<string, string>;
  /** The files of debian/ that a step has used. At the end unknown files that no step has used are refused. */
  readonly used: Set<string>;
}
