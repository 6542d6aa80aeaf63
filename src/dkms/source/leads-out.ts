import { posix } from 'node:path';
import type { SourceEntry } from './source-entry.ts';

/**
 * Whether a symbolic link leads out of the tree, as each absolute link does. `path` is relative to the tree. On another
 * machine such a link may lead to nothing, or to another file.
 */
export function leadsOut({ path, target }: Pick<SourceEntry, 'path' | 'target'>): boolean {
  if (target === undefined) return false;
  const meant = posix.join(posix.dirname(path), target);
  return target.startsWith('/') || meant === '..' || meant.startsWith('../');
}
