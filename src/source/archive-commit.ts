import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isCheckedOut, submoduleMissing } from '../dkms/source/git-view.ts';
import { InputError } from '../errors.ts';
import { askGit, git } from '../system/git/run-git.ts';
import { run } from '../system/process/run.ts';
import { gitIn } from '../system/text/command-places.ts';
import { compressXz } from './compress-tarball.ts';
import type { UpstreamCommit } from './orig-from-git.ts';

/**
 * Writes an upstream tarball `<target>` (….orig.tar.xz) with git archive. It has the files of a commit and of its
 * submodules below `<prefix>/`. debian/ is left out, and so is every file with export-ignore. All files have the time
 * of their commit and the mode 0644 or 0755, so the bytes depend only on the commit. Throws InputError
 * `submodule-missing` or `submodule-commit`, and the errors of git() and compressXz.
 */
export async function archiveCommit(
  tree: string,
  commit: UpstreamCommit,
  prefix: string,
  target: string,
): Promise<void> {
  await compressXz(target, async (tar) => {
    await archiveTo(tar, tree, { commit: commit.hash, prefix, paths: ['.', ':(exclude)debian'] });
  });
}

/** A part of the tree of a commit, and its place in the archive. */
interface Part {
  readonly commit: string;
  readonly prefix: string;
  readonly paths: readonly string[];
}

/** Writes the archive `tar` with a part of a commit, then adds the submodules in this part. */
async function archiveTo(tar: string, tree: string, part: Part): Promise<void> {
  const { commit, prefix, paths } = part;
  const into = [`--prefix=${prefix}/`, `--output=${tar}`];
  await git(tree, ['archive', '--format=tar', ...into, commit, '--', ...paths]);
  const submodules = await recorded(tree, commit);
  if (submodules.length === 0) return;
  // git archive writes an empty directory for each submodule without export-ignore.
  const { stdout } = await run('tar', ['--quoting-style=literal', '-tf', tar]);
  const archived = new Set(stdout.split('\n'));
  for (const { path, commit: inner } of submodules) {
    if (!archived.has(`${prefix}/${path}/`)) continue;
    if (!isCheckedOut(tree, path)) throw submoduleMissing(tree, path);
    const repository = join(tree, path);
    await refuseUnknownCommit(repository, inner, tree);
    const innerTar = `${tar}.submodule`;
    await archiveTo(innerTar, repository, {
      commit: inner,
      prefix: `${prefix}/${path}`,
      paths: ['.'],
    });
    await run('tar', ['--concatenate', '-f', tar, innerTar], { timeoutSeconds: 1800 });
    await rm(innerTar);
  }
}

/** Returns the submodules of a commit: entries of mode 160000 (git-ls-tree(1)), with paths relative to the tree. */
async function recorded(tree: string, commit: string): Promise<{ path: string; commit: string }[]> {
  const { stdout } = await git(tree, ['ls-tree', '-r', '-z', commit]);
  return stdout.split('\0').flatMap((entry) => {
    const [, hash, path] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    return hash === undefined || path === undefined ? [] : [{ path, commit: hash }];
  });
}

async function refuseUnknownCommit(
  repository: string,
  commit: string,
  tree: string,
): Promise<void> {
  const found = await askGit(repository, ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`]);
  if (found !== undefined) return;
  throw new InputError(
    'submodule-commit',
    `the submodule lacks the commit ${commit.slice(0, 12)}, which the tree's repository records for it`,
    {
      where: { file: repository },
      hint: `Run ${gitIn(tree)} submodule update --init --recursive`,
    },
  );
}
