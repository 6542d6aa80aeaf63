import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { headCommit } from './snapshot.ts';

/**
 * Returns the time of a tree without debian/changelog, in seconds: the date of the checked out commit, even if files were
 * changed, because files of a clone have the time of the cloning; else the time of the newest file. The times of
 * directories are ignored, because they change with every build product.
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
