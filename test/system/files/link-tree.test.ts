import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkTree } from '../../../src/system/files/link-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

async function twoTrees(directory: string): Promise<string[]> {
  const trees = ['a', 'b'].map((name) => join(directory, name));
  for (const tree of trees) {
    await mkdir(join(tree, 'shared'), { recursive: true });
    await writeFile(join(tree, 'shared', tree.slice(-1)), tree);
  }
  await symlink('nowhere', join(directory, 'a/link'));
  return trees;
}

test('files get a second name, links stay links', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const target = join(directory, 'target');
    await linkTree(await twoTrees(directory), target);
    expect((await lstat(join(target, 'shared/a'))).nlink).toBe(2);
    expect((await lstat(join(target, 'shared/b'))).nlink).toBe(2);
    expect((await lstat(join(target, 'link'))).isSymbolicLink()).toBe(true);
  });
});

test.each([
  'Invalid cross-device link',
  'Operation not permitted',
  'Operation not supported',
  'Too many links',
])('without hard links (%s) files are copied', async (why) => {
  await withTemporaryDirectory('test', async (directory) => {
    const target = join(directory, 'target');
    // It has made some links before it fails.
    const cp = join(directory, 'cp');
    const text = `#!/bin/sh\ncase $1 in -al) echo half >"$5/half"; echo "cp: cannot create hard link 'x' to 'y': ${why}" >&2; exit 1;; esac\nexec cp "$@"\n`;
    await writeFile(cp, text, { mode: 0o755 });
    await linkTree(await twoTrees(directory), target, { cp });
    expect(await readFile(join(target, 'shared/b'), 'utf8')).toBe(join(directory, 'b'));
    expect((await lstat(join(target, 'shared/a'))).nlink).toBe(1);
    expect((await lstat(join(target, 'link'))).isSymbolicLink()).toBe(true);
    expect(existsSync(join(target, 'half'))).toBe(false);
  });
});

test('another failure of cp is an error', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const failed = linkTree([join(directory, 'none')], join(directory, 'target'));
    await expect(failed).rejects.toMatchObject({ code: 'tool-failed' });
  });
});

test('bug: no room for the copies was "cp ended with status 1", with a line for each file', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const cp = join(directory, 'cp');
    const link = `echo "cp: cannot create hard link 'x' to 'y': Invalid cross-device link" >&2; exit 1`;
    const copy = `seq 30 | sed "s/.*/cp: error writing 'f&': No space left on device/" >&2; exit 1`;
    await writeFile(cp, `#!/bin/sh\n[ "$1" = -al ] && { ${link}; }\n${copy}\n`, { mode: 0o755 });
    const failed = linkTree(await twoTrees(directory), join(directory, 'target'), { cp });
    const told = [28, 29, 30].map((n) => `cp: error writing 'f${n}': No space left on device`);
    await expect(failed).rejects.toMatchObject({ code: 'disk-full', output: told });
  });
});
