import { posix, relative } from 'node:path';
import { namesIn } from '../system/files/names-in.ts';
import { realPlace } from '../system/files/real-place.ts';
import { askGit } from '../system/git/run-git.ts';

/**
 * Matches the file names of packages and uploads, such as `hello_1.0-1_amd64.changes` and `hello_1.0.orig.tar.xz`
 * (Policy 5.6.12).
 */
const PACKAGE_FILE =
  /^[a-z0-9][a-z0-9+.-]+_\d[^_/]*(?:_[a-z0-9-]+)?\.(?:dsc|changes|buildinfo|deb|tar\.[a-z0-9]+(?:\.asc)?)$/;

/**
 * Returns the paths in the tree that may be results of earlier builds. They are relative to the tree. If the output
 * directory is outside of the tree, there are none. If it is inside, it is the only path. There is an exception: the
 * output directory is the tree itself, or has tracked files. Then the paths are the package files in it that git does
 * not track.
 */
export async function earlierResults(directory: string, output: string): Promise<string[]> {
  const path = relative(realPlace(directory), realPlace(output));
  if (path === '..' || path.startsWith('../')) return [];
  const source = path === '' ? new Set<string>() : await tracked(directory, [path]);
  if (path !== '' && source.size === 0) return [path];
  const names = (await namesIn(output)).filter((name) => PACKAGE_FILE.test(name));
  if (names.length === 0) return [];
  const results = names.map((name) => posix.join(path, name));
  const kept = await tracked(directory, results);
  return results.filter((result) => !kept.has(result));
}

/**
 * Returns the entries of a tree without the paths in `results`. A directory that contains only results is also left
 * out.
 */
export function withoutResults<Entry extends { readonly path: string; readonly type: string }>(
  entries: readonly Entry[],
  results: readonly string[],
): Entry[] {
  const rest = entries.filter(({ path }) => !isBelow(path, results));
  const files = new Set(entries.filter(({ type }) => type !== 'directory').map(({ path }) => path));
  // A directory with any other file stays, because it has source.
  const outputs = results.filter((result) => !files.has(result));
  const mayBeOurs = ({ path }: Entry) => outputs.some((output) => isBelow(output, [path]));
  const holdsMore = (directory: Entry) =>
    rest.some(({ path, type }) => type !== 'directory' && isBelow(path, [directory.path]));
  return rest.filter((entry) => !mayBeOurs(entry) || holdsMore(entry));
}

/** Whether a path is one of `others`, or below one of them. */
export function isBelow(path: string, others: readonly string[]): boolean {
  return others.some((other) => path === other || path.startsWith(`${other}/`));
}

async function tracked(directory: string, paths: readonly string[]): Promise<Set<string>> {
  const listed = await askGit(directory, ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths]);
  return new Set((listed ?? '').split('\0').filter(Boolean));
}
