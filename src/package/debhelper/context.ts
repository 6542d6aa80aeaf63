import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Packaging } from '../packaging.ts';

/** What each step of staging a package works on. */
export interface Staging {
  readonly tree: StagedTree;
  readonly packaging: Packaging;
  readonly sourceDirectory: string;
  /** Everything of the source tree that a step may install, debian/ included. */
  readonly entries: readonly SourceEntry[];
  /** What `${env:NAME}` of the lists stands for, where debian/rules exports it. */
  readonly variables: ReadonlyMap<string, string>;
  /** Files of debian/ that a step has used; the rest of debian/ is then checked against it. */
  readonly used: Set<string>;
}
