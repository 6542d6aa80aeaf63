import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * Returns the path of the file `path` below `root`. Returns 'outside' if `..` or a symbolic link on the way leads out
 * of `root` (an absolute link usually does), and undefined if there is no such file, or if it cannot be reached.
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
