import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { hasPackaging } from '../packaging.ts';

/**
 * Returns the entries of a tree with those of the debian/ that packages it. If the tree has no complete debian/, or a
 * link in its place, debian/ was made elsewhere, and the lists in it may name files that are only there.
 */
export async function withPackagingEntries(
  entries: readonly SourceEntry[],
  sourceDirectory: string,
  debianDirectory: string,
): Promise<readonly SourceEntry[]> {
  const own = join(sourceDirectory, 'debian');
  if (debianDirectory === own) return entries;
  const inTree = await lstat(own).catch(() => undefined);
  if (inTree?.isDirectory() && (await hasPackaging(sourceDirectory))) return entries;
  const made = await listSourceTree(dirname(debianDirectory), { withPackaging: true });
  const isPackaging = ({ path }: SourceEntry) => path === 'debian' || path.startsWith('debian/');
  return [...entries.filter((entry) => !isPackaging(entry)), ...made.filter(isPackaging)];
}
