import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { hasUnsureTimestamp, treeTimestamp } from '../../../src/source/tree-timestamp.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

interface Repository {
  readonly directory: string;
  /** Writes files; undefined removes one. */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Commits everything with this time, in seconds. */
  commit(time: number, ...options: string[]): Promise<void>;
  git(...args: string[]): Promise<void>;
  /** The time of a driver in the repository. */
  timeOf(driver: string): Promise<number>;
}

async function withRepository(work: (repository: Repository) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('time', async (directory) => {
    let now = 0;
    const git = async (...args: string[]) => {
      const settings = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
      const env = { GIT_AUTHOR_DATE: '@1 +0000', GIT_COMMITTER_DATE: `@${now} +0000` };
      const more = ['-c', 'protocol.file.allow=always', '-c', 'log.follow=true'];
      await run('git', ['-C', directory, ...settings, ...more, ...args], { env });
    };
    const write: Repository['write'] = async (files) => {
      for (const [name, text] of Object.entries(files)) {
        const file = join(directory, name);
        await mkdir(dirname(file), { recursive: true });
        if (text === undefined) await rm(file);
        else await writeFile(file, text);
      }
    };
    const commit: Repository['commit'] = async (time, ...options) => {
      now = time;
      await git('add', '-A');
      await git('commit', '-q', '-m', 'x', ...options);
    };
    const timeOf = async (driver: string) => {
      const tree = join(directory, driver);
      return treeTimestamp(tree, await listSourceTree(tree));
    };
    await git('init', '-q', '-b', 'main');
    await work({ directory, write, commit, git, timeOf });
  });
}

test('the time of a driver is that of the last commit that changed one of its files', async () => {
  await withRepository(async ({ write, commit, timeOf }) => {
    await write({ 'a/a.c': 'int a;\n', 'b/b.c': 'int b;\n' });
    await commit(1000);
    await write({ 'b/b.c': 'int c;\n', README: 'x' });
    await commit(2000);
    await commit(3000, '--allow-empty');
    expect([await timeOf('a'), await timeOf('b'), await timeOf('')]).toEqual([1000, 2000, 2000]);
    // A removed file is a change. A changed tree has the time of its commit, because a clone has no other.
    await write({ 'b/more.c': 'int m;\n' });
    await commit(4000);
    await write({ 'b/more.c': undefined, 'a/a.c': 'int dirty;\n' });
    expect(await timeOf('b')).toBe(4000);
    await commit(5000);
    expect([await timeOf('a'), await timeOf('b')]).toEqual([5000, 5000]);
  });
});

test('commits that change only files that are not packed do not count', async () => {
  await withRepository(async ({ write, commit, timeOf }) => {
    await write({ 'a.c': 'int a;\n', 'debian/control': 'x', '.github/workflows/ci.yml': 'x' });
    await commit(1000);
    await write({ 'debian/control': 'y', 'debian/ex (!)*': 'y', '.github/workflows/ci.yml': 'y' });
    await commit(2000);
    expect(await timeOf('')).toBe(1000);
    await write({ 'a.c': 'int b;\n' });
    await commit(3000);
    expect(await timeOf('')).toBe(3000);
  });
});

test('a merge counts if it changes the driver, as git log has it', async () => {
  await withRepository(async ({ write, commit, git, timeOf }) => {
    await write({ 'a/a.c': '1\n2\n3\n4\n5\n6\n7\n', 'b/b.c': 'int b;\n' });
    await commit(1000);
    await git('checkout', '-q', '-b', 'side');
    await write({ 'a/a.c': '1\n2\n3\n4\n5\n6\nside\n' });
    await commit(2000);
    await git('checkout', '-q', 'main');
    await write({ 'b/b.c': 'int c;\n' });
    await commit(3000);
    await git('merge', '-q', '--no-commit', 'side');
    await commit(4000);
    // The merge took the file as side has it.
    expect([await timeOf('a'), await timeOf('b')]).toEqual([2000, 3000]);
    await git('checkout', '-q', '-b', 'other', 'HEAD~1');
    await write({ 'a/a.c': 'other\n2\n3\n4\n5\n6\n7\n' });
    await commit(5000);
    await git('checkout', '-q', 'main');
    await git('merge', '-q', '--no-commit', 'other');
    await commit(6000);
    expect([await timeOf('a'), await timeOf('b')]).toEqual([6000, 3000]);
  });
});

test('another commit of a submodule is a change of the driver that has it', async () => {
  await withRepository(async ({ directory, write, commit, git, timeOf }) => {
    await withRepository(async (other) => {
      await other.write({ 'lib.c': 'int l;\n', README: 'x' });
      await other.commit(500);
      await write({ 'a/a.c': 'int a;\n', 'b/b.c': 'int b;\n' });
      await commit(1000);
      await git('submodule', '--quiet', 'add', other.directory, 'a/lib');
      await commit(2000);
      await write({ 'b/b.c': 'int c;\n' });
      await commit(3000);
      expect([await timeOf('a'), await timeOf('b'), await timeOf('a/lib')]).toEqual([
        2000, 3000, 500,
      ]);
      await other.write({ 'lib.c': 'int m;\n' });
      await other.commit(3500);
      const tip = ['-c', 'protocol.file.allow=always', 'pull', '-q'];
      await run('git', ['-C', join(directory, 'a/lib'), ...tip]);
      await commit(4000);
      expect([await timeOf('a'), await timeOf('b')]).toEqual([4000, 3000]);
    });
  });
});

test('without a commit the time is that of the newest file', async () => {
  await withRepository(async ({ directory, write, timeOf }) => {
    await write({ 'a/a.c': 'int a;\n', 'a/b.c': 'int b;\n' });
    await utimes(join(directory, 'a/a.c'), 100, 100);
    await utimes(join(directory, 'a/b.c'), 200, 200);
    expect(await timeOf('a')).toBe(200);
  });
});

test('the time is unsure only in a clone that lacks a part of its history, without debian/changelog', async () => {
  await withRepository(async ({ directory, write, commit }) => {
    await write({ 'a/a.c': 'int a;\n' });
    await commit(1000);
    await write({ 'b/b.c': 'int b;\n', 'b/debian/changelog': 'x' });
    await commit(2000);
    const clone = join(directory, 'clone');
    await run('git', ['clone', '-q', '--depth=1', pathToFileURL(directory).href, clone]);
    const drivers = [join(directory, 'a'), join(clone, 'a'), join(clone, 'b'), '/no/where'];
    expect(drivers.map(hasUnsureTimestamp)).toEqual([false, true, false, false]);
    expect(await treeTimestamp(join(clone, 'a'), [])).toBe(2000);
  });
});
