import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askGit, git } from '../../../src/system/git/run-git.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

async function withRepository<T>(work: (tree: string) => Promise<T>): Promise<T> {
  return withTemporaryDirectory('test', async (parent) => {
    const tree = join(parent, 'tree');
    await mkdir(join(tree, 'src'), { recursive: true });
    await writeFile(join(tree, 'src/a.c'), '');
    await run('git', ['init', '-q', tree]);
    await run('git', ['-C', tree, 'add', '-A']);
    return work(tree);
  });
}

// Bug: git waited for a writer, and we for git: up to a minute for each question.
test.each([
  '.git/index',
  '.git/HEAD',
  '.git/config',
  '.git/packed-refs',
  '.git/info/exclude',
  '.git/refs/heads/x/y',
  '.git/objects/info/alternates',
  '.gitattributes',
  'src/.gitignore',
])('a fifo in the place of %s', async (path) => {
  await withRepository(async (tree) => {
    await mkdir(join(tree, '.git/refs/heads/x'));
    await rm(join(tree, path), { force: true });
    await run('mkfifo', [join(tree, path)]);
    const begun = Date.now();
    await expect(git(tree, ['ls-files'])).rejects.toMatchObject({ code: 'special-file' });
    await expect(askGit(tree, ['ls-files'])).rejects.toMatchObject({ code: 'special-file' });
    // A git that waits for the fifo is ended after 10 s.
    expect(Date.now() - begun).toBeLessThan(9500);
  });
});

test('a device that a link of .git leads to, and a .git that is a fifo', async () => {
  await withRepository(async (tree) => {
    await symlink('/dev/zero', join(tree, '.git/packed-refs'));
    await expect(git(tree, ['ls-files'])).rejects.toMatchObject({ code: 'special-file' });
  });
  await withRepository(async (tree) => {
    await rm(join(tree, '.git'), { recursive: true });
    await run('mkfifo', [join(tree, '.git')]);
    await expect(git(tree, ['ls-files'])).rejects.toMatchObject({ code: 'special-file' });
  });
});

test('a right repository answers, one that a .git file leads to, too', async () => {
  await withRepository(async (tree) => {
    expect((await git(tree, ['ls-files'])).stdout).toBe('src/a.c\n');
    const other = join(tree, '../other');
    await run('git', ['-C', tree, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qm1']);
    await run('git', ['-C', tree, 'worktree', 'add', '-q', other]);
    expect((await git(other, ['ls-files'])).stdout).toBe('src/a.c\n');
  });
});
