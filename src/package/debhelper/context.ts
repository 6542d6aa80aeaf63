import { join } from 'node:path';
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
  /** The variables that debian/rules exports. Lists such as debian/<package>.install contain them as `${env:NAME}`. */
  readonly variables: ReadonlyMap<string, string>;
  /**
   * The files that a step has used, as paths such as `debian/hello.rules`. refuseUnsupportedFiles neither refuses nor
   * reports these files.
   */
  readonly used: Set<string>;
}

/**
 * Returns where the file of an entry is on the disk. debian/ need not be in the tree: if the tree has none, it is
 * generated elsewhere; a build with a changelog entry of its own uses a copy.
 */
export function fileOfEntry(
  { sourceDirectory, packaging }: Pick<Staging, 'sourceDirectory' | 'packaging'>,
  path: string,
): string {
  return path.startsWith('debian/')
    ? join(packaging.directory, path.slice('debian/'.length))
    : join(sourceDirectory, path);
}
