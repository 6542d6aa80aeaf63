import { join } from 'node:path';
import { parseVersion } from '../debian/version.ts';
import {
  isCheckedOut,
  isTracked,
  MOST_NESTED,
  submoduleMissing,
  submodulesOf,
  viewOfGit,
} from '../dkms/source/git-view.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { writtenRpm } from '../dkms/source/written-rpm.ts';
import { InputError } from '../errors.ts';
import { askGit, git } from '../system/git/run-git.ts';
import { gitIn } from '../system/text/command-places.ts';

/** A commit, for the version of a snapshot. */
export interface Commit {
  readonly hash: string;
  /** The date of the commit, in seconds since 1970. */
  readonly time: number;
}

/**
 * Returns the commit that is checked out in a tree. Returns undefined if git tracks no file of the tree, or if there is
 * no commit.
 */
export async function headCommit(tree: string): Promise<Commit | undefined> {
  if (!(await isTracked(tree))) return undefined;
  const said = await askGit(tree, ['log', '-1', '--format=%H %ct', 'HEAD']);
  const [, hash, time] = /^([0-9a-f]{40,64}) (\d+)$/.exec(said ?? '') ?? [];
  return hash === undefined ? undefined : { hash, time: Number(time) };
}

/**
 * Returns the commit from which a snapshot is built (HEAD). The version of the snapshot will contain its hash.
 * `entries` are the files of the tree that would be packed. Throws InputError `no-commit` if headCommit finds no
 * commit, and the errors of refuseUncommitted.
 */
export async function snapshotCommit(
  tree: string,
  entries: readonly SourceEntry[],
): Promise<Commit> {
  const commit = await headCommit(tree);
  if (commit === undefined) {
    throw new InputError('no-commit', '--snapshot needs a git commit', {
      where: { file: tree },
      hint: 'Build in a git clone, or leave --snapshot out.',
    });
  }
  await refuseUncommitted(tree, entries);
  return commit;
}

/**
 * Returns the version of a snapshot, such as `1.2.3+git20261121.1a2b3c4`. It sorts after 1.2.3, and before 1.2.4 and
 * 1.2.3.1. It has the date of the commit in UTC, so that every clone gives the same version. It replaces the suffix of
 * an earlier snapshot. If the version has a Debian revision, the revision becomes 1, because the upstream version is
 * new.
 */
export function snapshotVersion(version: string, commit: Commit): string {
  const { epoch, upstream, revision } = parseVersion(version);
  const base = upstream.replace(/\+git\d{8}\.[0-9a-f]{7,40}$/, '');
  const date = new Date(commit.time * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const prefix = /^\d+:/.test(version) ? `${epoch}:` : '';
  return `${prefix}${base}+git${date}.${commit.hash.slice(0, 7)}${revision === '' ? '' : '-1'}`;
}

/**
 * Throws InputError `uncommitted` if the tree differs from the commit in the version of a snapshot: if a file that git
 * tracks was changed, or if a file in `entries` (the files to pack) is not tracked. debian/ and the rpm/ of init are
 * not checked, because a packager may add them to a clone of another person's repository. Throws InputError
 * `submodule-missing` if a submodule is not checked out.
 */
export async function refuseUncommitted(
  tree: string,
  entries: readonly SourceEntry[],
): Promise<void> {
  const changed = await changedFiles(tree);
  const view = await viewOfGit(tree);
  const tracked = view?.tracked ?? new Set();
  const [missing] = view?.missing ?? [];
  if (missing !== undefined) throw submoduleMissing(tree, missing);
  const untracked = entries.filter(({ path, type }) => type !== 'directory' && !tracked.has(path));
  const isWrittenRpm = await writtenRpm(tree);
  const files = [...changed, ...untracked.map(({ path }) => path)].filter(
    (path) => !path.startsWith('debian/') && !isWrittenRpm(path),
  );
  if (files.length === 0) return;
  throw new InputError('uncommitted', 'the tree differs from its commit', {
    where: { file: tree },
    output: [
      ...files.slice(0, 10),
      ...(files.length > 10 ? [`… ${files.length} files in all`] : []),
    ],
    hint: `Commit these files, or put them away (${gitIn(tree)} stash -u): a snapshot is named after its commit.`,
  });
}

/**
 * Returns the paths of files that differ from HEAD, also in submodules. git is asked about each submodule separately,
 * because otherwise it would run programs that the configuration of a submodule names.
 */
async function changedFiles(tree: string, depth = 0): Promise<string[]> {
  const options = ['--name-only', '--relative', '--ignore-submodules=dirty', '-z'];
  const changed = await listNames(tree, ['diff', ...options, 'HEAD']);
  if (depth >= MOST_NESTED) return changed;
  for (const { path } of await submodulesOf(tree)) {
    if (!isCheckedOut(tree, path)) continue;
    const inner = await changedFiles(join(tree, path), depth + 1);
    changed.push(...inner.map((name) => `${path}/${name}`));
  }
  return changed;
}

async function listNames(tree: string, args: readonly string[]): Promise<string[]> {
  return (await git(tree, args)).stdout.split('\0').filter(Boolean);
}
