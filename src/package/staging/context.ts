import type { StagedTree } from '../../archive/staged-tree.ts';
import type { SourceEntry } from '../../dkms/source-tree.ts';
import type { Packaging } from '../packaging.ts';

/** What each step of staging a package works on. */
export interface Staging {
  readonly tree: StagedTree;
  readonly packaging: Packaging;
  readonly sourceDirectory: string;
  /** Everything of the source tree that a step may install, debian/ included. */
  readonly entries: readonly SourceEntry[];
  /** Files of debian/ that a step has used; the rest of debian/ is then checked against it. */
  readonly used: Set<string>;
}
