import { existsSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

/** The trees that were given to holdLinksWithin. They are global, because many functions read files of trees. */
const trees = new Set<string>();

/**
 * From now on, the functions of read-tree-file.ts refuse to read a file of `directory` that is a link out of the
 * repository that contains `directory`. Without a repository, the link must not lead out of `directory`.
 */
export function holdLinksWithin(directory: string): void {
  trees.add(resolve(directory));
}

/**
 * Whether `file` is a symbolic link in a directory that was given to holdLinksWithin, and leads out of this directory
 * and of its repository. A link to a directory on the way to `file` is not checked, because packagers may keep debian/
 * elsewhere.
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
 * Returns the directory that contains .git: the tree itself, or a directory above it. Returns the tree if no
 * directory contains .git.
 */
export function repositoryOf(tree: string): string {
  for (let above = tree; dirname(above) !== above; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return above;
  }
  return tree;
}
