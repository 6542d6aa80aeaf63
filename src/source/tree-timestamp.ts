import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { askGit } from '../system/git/run-git.ts';
import { headCommit } from './snapshot.ts';

/**
 * The time limit for git, in seconds. git reads each commit back to the last one that changed the tree. In the history
 * of a kernel that may take a minute.
 */
const LOG_SECONDS = 120;
/**
 * The most paths that `git log` is told to exclude, because each path is an argument. If there are more, no path is
 * excluded, and commits that change any file of the tree count.
 */
const MOST_EXCLUDED = 2000;

/**
 * Returns the time of a tree without debian/changelog, in seconds since 1970. In a repository, the time is the date of
 * the last commit that changed a file in `entries`. Commits that change only other files are ignored, because a
 * repository may have many drivers, each with its own time. If git finds no such commit, the time is the date of HEAD.
 * Uncommitted changes are ignored as well, because the files of a clone have the time of cloning. Outside of a
 * repository, the time is that of the newest file. Times of directories are ignored, because each file that a build
 * makes changes them. `entries` are the files to pack, with paths relative to the tree. Throws InputError
 * `git-unreadable`.
 */
export async function treeTimestamp(
  directory: string,
  entries: readonly SourceEntry[],
): Promise<number> {
  const commit = await headCommit(directory);
  if (commit !== undefined) return (await lastChange(directory, entries)) ?? commit.time;
  const files = entries.filter(({ type }) => type !== 'directory');
  return files.reduce((newest, { mtime }) => Math.max(newest, mtime), 0);
}

/**
 * Whether the time of a tree (treeTimestamp) may change with each commit: if the tree has no debian/changelog, and is
 * in a clone without the whole history. The oldest commit of such a clone seems to have changed all files. Returns
 * false for a clone whose .git is a file (git-worktree(1)), which is not checked.
 */
export function hasUnsureTimestamp(directory: string): boolean {
  if (existsSync(join(directory, 'debian/changelog'))) return false;
  for (let above = directory; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return existsSync(join(above, '.git/shallow'));
    if (above === dirname(above)) return false;
  }
}

/**
 * Returns the date of the last commit that changed a packed file, in seconds since 1970. Returns undefined if no commit
 * changed a packed file, or if git fails. Throws InputError `git-unreadable` if git takes too long.
 */
async function lastChange(
  directory: string,
  entries: readonly SourceEntry[],
): Promise<number | undefined> {
  const listed = (await askGit(directory, ['ls-files', '-z'])) ?? '';
  const others = withoutPacked(listed.split('\0').filter(Boolean), entries).filter(
    // A tracked file that is missing on the disk is not excluded. Its last commit still counts, because the file was
    // packed until somebody removed it without a commit.
    (path) => lstatSync(join(directory, path), { throwIfNoEntry: false }) !== undefined,
  );
  const excluded = others.length > MOST_EXCLUDED ? [] : others;
  const said = await askGit(
    directory,
    // --no-follow is needed, because log.follow in the user's configuration allows only a single path.
    ['log', '-1', '--no-follow', '--format=%ct', 'HEAD', '--', '.'].concat(
      excluded.map((path) => `:(exclude,literal)${path}`),
    ),
    { timeoutSeconds: LOG_SECONDS },
  );
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : undefined;
}

/**
 * Returns the tracked paths that are not packed. If nothing in a directory is packed, returns the directory instead of
 * its files.
 */
function withoutPacked(tracked: readonly string[], entries: readonly SourceEntry[]): string[] {
  const packed = new Set<string>();
  for (const { path, type } of entries) {
    if (type !== 'directory') packed.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      packed.add(path.slice(0, end));
    }
  }
  const others = new Set<string>();
  for (const path of tracked) {
    const parts = path.split('/');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const other = above.find((one) => !packed.has(one));
    if (other !== undefined) others.add(other);
  }
  return [...others];
}
