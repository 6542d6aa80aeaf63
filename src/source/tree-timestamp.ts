import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { headCommit } from './snapshot.ts';

/**
 * Returns the time of a tree that has no debian/changelog, in seconds. It is the date of the commit that is checked
 * out, even if files were changed, because files of a clone have the time of cloning. Outside of a repository it is
 * the time of the newest file. Times of directories do not count, because each file that a build makes changes
 * them.
 */
export async function treeTimestamp(
  directory: string,
  entries: readonly SourceEntry[],
): Promise<number> {
  const commit = await headCommit(directory);
  if (commit !== undefined) return commit.time;
  const files = entries.filter(({ type }) => type !== 'directory');
  return files.reduce((newest, { mtime }) => Math.max(newest, mtime), 0);
}
