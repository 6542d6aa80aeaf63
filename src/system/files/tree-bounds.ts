import { existsSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

/**
 * The trees that were given to holdLinksWithin. They are stored for the whole process, because files of trees are
 * read in many places.
 */
const trees = new Set<string>();

/**
 * Makes this process refuse, from now on, to read a file of `directory` through a link that leads out of `directory`
 * and of its repository.
 */
export function holdLinksWithin(directory: string): void {
  trees.add(resolve(directory));
}

/**
 * Whether `file` is in a directory that was given to holdLinksWithin, and is a symbolic link that leads out of it
 * and of its repository.
 */
export async function leadsOut(file: string): Promise<boolean> {
  const path = resolve(file);
  const tree = [...trees].find((one) => path.startsWith(one + sep));
  if (tree === undefined) return false;
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() !== true) return false;
  const [target, top] = await Promise.all([
    realpath(path).catch(() => undefined),
    realpath(repositoryOf(tree)),
  ]);
  return target !== undefined && !target.startsWith(top + sep);
}

/**
 * Returns the directory that contains .git: the tree itself, or one above it. Without such a directory, returns the
 * tree.
 */
export function repositoryOf(tree: string): string {
  for (let above = tree; dirname(above) !== above; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return above;
  }
  return tree;
}
