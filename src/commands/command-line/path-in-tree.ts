import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** A path as a tree has it; said from where the person stands, or from the tree's top. */
export function pathInTree(directory: string, path: string): string {
  const fromTop = existsSync(resolve(directory, path)) ? resolve(directory, path) : resolve(path);
  return existsSync(fromTop) ? relative(directory, fromTop) : path;
}
