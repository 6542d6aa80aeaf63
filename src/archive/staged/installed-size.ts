import { encodePath } from '../bytes/path-bytes.ts';
import { contentSize, type StagedEntry } from './staged-entry.ts';
import type { StagedTree } from './staged-tree.ts';

/**
 * Returns Installed-Size in KiB, computed as by dpkg-gencontrol (deb-substvars(5)): the size of each file and symlink
 * rounded up to 1 KiB, and 1 KiB for each directory, including the root. A file with several hard links is counted
 * once.
 */
export function installedSize(tree: StagedTree): number {
  return tree.entries().reduce((sum, entry) => sum + kibibytes(entry), 0);
}

function kibibytes(entry: StagedEntry): number {
  switch (entry.type) {
    case 'directory':
      return 1;
    case 'hardlink':
      return 0;
    case 'file':
      return Math.ceil(contentSize(entry.content) / 1024);
    case 'symlink':
      // The size of a symlink, as lstat gives it, is the length of its target.
      return Math.ceil(encodePath(entry.target).length / 1024);
  }
}
