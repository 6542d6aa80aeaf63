import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { headCommit } from './snapshot.ts';

/**
 * The time of a tree without debian/changelog, seconds: the date of the commit that is checked out,
 * with changes or not, since a clone's files have the time of the cloning; else that of the newest
 * file. Directories do not count: their times change with every product that is made or removed.
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
