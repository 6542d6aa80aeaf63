import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Returns an absolute path with its symbolic links resolved. The last parts of the path need not exist. */
export function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
}
