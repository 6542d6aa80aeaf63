import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { isVersionControl } from '../../dkms/source/source-names.ts';
import { DkmsDebError } from '../../errors.ts';
import { repositoryOf } from '../../system/files/tree-bounds.ts';
import { type WalkedEntry, walkTree } from '../../system/files/walk-tree.ts';

/**
 * A file of the tree that is neither packed nor read: a fifo, device or socket, a link to such a file, or a link that
 * leads out of the tree.
 */
export interface OddFile {
  /** The path of the file, relative to the tree. */
  readonly path: string;
  readonly kind: 'special' | 'link to special' | 'link out';
}

/**
 * Returns the fifos, devices and sockets of a tree and of its debian/, the links to these, and the links that lead out
 * of the tree. If the tree is in a repository, a link must lead out of the repository. Returns an empty list if the
 * tree cannot be listed.
 */
export async function findOddFiles(directory: string): Promise<OddFile[]> {
  const enter = ({ name }: WalkedEntry) => !isVersionControl(name);
  let entries: readonly WalkedEntry[];
  try {
    entries = await walkTree(directory, { enter });
  } catch (error) {
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
  const top = await realpath(repositoryOf(resolve(directory)));
  const found: OddFile[] = [];
  for (const { path, type } of entries) {
    if (type === 'special') found.push({ path, kind: 'special' });
    if (type !== 'symlink') continue;
    const target = await realpath(join(directory, path)).catch(() => undefined);
    // The target of the link does not exist.
    if (target === undefined) continue;
    const what = await stat(target).catch(() => undefined);
    if (what !== undefined && !what.isFile() && !what.isDirectory()) {
      found.push({ path, kind: 'link to special' });
    } else if (target !== top && !target.startsWith(top + sep)) {
      found.push({ path, kind: 'link out' });
    }
  }
  return found;
}
