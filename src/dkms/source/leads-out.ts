import { posix } from 'node:path';
import type { SourceEntry } from './source-entry.ts';

/**
 * Whether a link leads out of the directory that its path is relative to. On another machine its target may be
 * missing or another file.
 */
export function leadsOut({ path, target }: Pick<SourceEntry, 'path' | 'target'>): boolean {
  if (target === undefined) return false;
  const meant = posix.join(posix.dirname(path), target);
  return target.startsWith('/') || meant === '..' || meant.startsWith('../');
}
