import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driverStamp } from '../../../src/fleet/plan/driver-stamp.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

const stampOf = (path: string, scratch: string) =>
  driverStamp({
    ...{ path, scratch, choices: {}, without: [], maintainer: undefined },
    reporter: silentReporter,
  });

// Bug: the index of a linked worktree has an absolute path, which was looked for below the tree.
test('a file that git tracks from now on changes the stamp, in a linked worktree, too', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const [clone, worktree] = [join(directory, 'clone'), join(directory, 'worktree')];
    const git = (tree: string, ...args: string[]) => {
      const person = ['-c', 'user.name=x', '-c', 'user.email=x@example.org'];
      return run('git', [...person, '-C', tree, ...args]);
    };
    await run('git', ['init', '-q', clone]);
    await git(clone, 'commit', '-q', '--allow-empty', '-m', 'one');
    await git(clone, 'worktree', 'add', '-q', worktree);
    for (const tree of [clone, worktree]) {
      await writeFile(join(tree, 'new.c'), '');
      const before = await stampOf(tree, directory);
      expect(await stampOf(tree, directory)).toBe(before);
      await git(tree, 'add', 'new.c');
      expect(await stampOf(tree, directory), tree).not.toBe(before);
    }
  });
});

// Bug: the time of the link was taken, so the facts of the former package were used.
test('a package behind a link changes the stamp', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const [file, link] = [join(directory, '1.deb'), join(directory, 'x.deb')];
    await writeFile(file, 'one');
    await symlink(file, link);
    const before = await stampOf(link, directory);
    await writeFile(file, 'another');
    expect(await stampOf(link, directory)).not.toBe(before);
  });
});
