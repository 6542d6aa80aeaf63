import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * Where `path` below `root` is, whatever links are on the way: 'outside' where one leads out of `root`, as
 * an absolute one does; undefined where there is nothing.
 */
export async function placeInside(
  root: string,
  path: string,
): Promise<{ readonly file: string } | 'outside' | undefined> {
  const file = join(root, path);
  const place = await realpath(file).catch(() => undefined);
  if (place === undefined) return undefined;
  const top = await realpath(root);
  return place === top || place.startsWith(top + sep) ? { file } : 'outside';
}
