import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gitIn } from '../../system/text/command-places.ts';
import { someNames } from '../../system/text/some-names.ts';
import { MOST_NESTED } from './git-view.ts';

/** A .gitmodules with more bytes than this is not read. */
const MOST_BYTES = 256 * 1024;

/**
 * Returns the paths of empty or missing submodules, also of submodules in submodules. `git clone` leaves an empty
 * directory for each submodule. The function reads .gitmodules instead of asking git, because a copy of the tree
 * without .git has this file, too.
 */
export function emptySubmodules(root: string, depth = 0): string[] {
  return pathsIn(join(root, '.gitmodules')).flatMap((path) => {
    if (isEmpty(join(root, path))) return [path];
    if (depth >= MOST_NESTED) return [];
    return emptySubmodules(join(root, path), depth + 1).map((inner) => posix.join(path, inner));
  });
}

/**
 * Returns the hint for empty submodules of the tree `root`. The command in the hint names `root` only if `root` has a
 * .git: in a private copy, which has no .git, git would fail.
 */
export function fillSubmodules(root: string, paths: readonly string[]): string {
  const are = paths.length > 1 ? 'submodules are' : 'submodule is';
  const git = existsSync(join(root, '.git')) ? gitIn(root) : 'git';
  return `Run ${git} submodule update --init --recursive, then build again. The ${are} empty: ${someNames(paths, 10)}.`;
}

function pathsIn(file: string): string[] {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size > MOST_BYTES) return [];
  return [...readFileSync(file, 'latin1').matchAll(/^[ \t]*path[ \t]*=(.+)$/gm)]
    .map(([, path = '']) => path.trim().replace(/^"|"$/g, ''))
    .map((path) => posix.normalize(path).replace(/\/$/, ''))
    .filter((path) => path !== '.' && !path.startsWith('/') && !/^\.\.(?:\/|$)/.test(path));
}

function isEmpty(directory: string): boolean {
  if (!existsSync(directory)) return true;
  return statSync(directory).isDirectory() && readdirSync(directory).length === 0;
}
