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
import { InputError } from '../errors.ts';
import { askGit, git } from '../system/process/run-git.ts';

/** The commit that a snapshot is of. */
export interface Commit {
  readonly hash: string;
  /** Commit date, seconds. */
  readonly time: number;
}

/** The commit that a tree has checked out; undefined where it is in no repository. */
export async function headCommit(tree: string): Promise<Commit | undefined> {
  if (!(await isTracked(tree))) return undefined;
  const said = await askGit(tree, ['log', '-1', '--format=%H %ct', 'HEAD']);
  const [, hash, time] = /^([0-9a-f]{40,64}) (\d+)$/.exec(said ?? '') ?? [];
  return hash === undefined ? undefined : { hash, time: Number(time) };
}

/**
 * Returns the commit for a snapshot. Throws InputError `no-commit` outside of a git clone, and `uncommitted`
 * (refuseUncommitted). `entries`: the files that would be packed, in the tree.
 */
export async function snapshotCommit(
  tree: string,
  entries: readonly SourceEntry[],
): Promise<Commit> {
  const commit = await headCommit(tree);
  if (commit === undefined) {
    throw new InputError('no-commit', '--snapshot needs a git commit', {
      where: { file: tree },
      hint: 'Run it in a git clone, or leave --snapshot out.',
    });
  }
  await refuseUncommitted(tree, entries);
  return commit;
}

/**
 * The version of a snapshot, `1.2.3+git20261121.1a2b3c4`: after 1.2.3 and before 1.2.4, 1.2.3.1 and
 * the release of a ~rc. The date is the commit's in UTC, so that any clone gives the same. An older
 * snapshot suffix goes; a Debian revision begins anew at 1, as the upstream version is a new one.
 */
export function snapshotVersion(version: string, commit: Commit): string {
  const { epoch, upstream, revision } = parseVersion(version);
  const base = upstream.replace(/\+git\d{8}\.[0-9a-f]{7,40}$/, '');
  const date = new Date(commit.time * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const prefix = /^\d+:/.test(version) ? `${epoch}:` : '';
  return `${prefix}${base}+git${date}.${commit.hash.slice(0, 7)}${revision === '' ? '' : '-1'}`;
}

/**
 * A snapshot names a commit, so it must hold what the commit holds: InputError `uncommitted` for
 * changed files, and for files that would be packed and are not in it. debian/ is free: whoever
 * packages a driver of others has it beside the commit. `entries`: what would be packed.
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
  const files = [...changed, ...untracked.map(({ path }) => path)].filter(
    (path) => !path.startsWith('debian/'),
  );
  if (files.length === 0) return;
  throw new InputError('uncommitted', 'the tree is not what its commit says', {
    where: { file: tree },
    output: [...files.slice(0, 10), ...(files.length > 10 ? [`… ${files.length} files`] : [])],
    hint: 'A snapshot is named after its commit: commit these files, or take them away (git stash -u).',
  });
}

/**
 * Paths that differ from HEAD. Of a submodule another commit than the recorded one is a change; what is
 * changed inside it, it is asked for itself, as git would run its configuration's programs.
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
