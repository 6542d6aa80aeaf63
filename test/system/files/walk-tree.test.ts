import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles, MOST_LEVELS, walkTree } from '../../../src/system/files/walk-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { PROJECT } from '../../support/project.ts';

test('links to a parent directory are listed once and not followed', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await mkdir(join(root, 'd'));
    await writeFile(join(root, 'd/a.c'), '');
    await symlink('../d', join(root, 'd/x'));
    await symlink('../d', join(root, 'd/y'));
    expect(await walkTree(root)).toEqual([
      { path: 'd', name: 'd', type: 'directory' },
      { path: 'd/a.c', name: 'a.c', type: 'file' },
      { path: 'd/x', name: 'x', type: 'symlink' },
      { path: 'd/y', name: 'y', type: 'symlink' },
    ]);
    expect(await listFiles(root)).toEqual(['d/a.c', 'd/x', 'd/y']);
  });
});

test('a directory that is not entered is listed without its contents', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await mkdir(join(root, '.git'));
    await writeFile(join(root, '.git/config'), '');
    const entries = await walkTree(root, { enter: ({ name }) => name !== '.git' });
    expect(entries.map(({ path }) => path)).toEqual(['.git']);
  });
});

test('a tree with too many entries or levels is an error that names the place', async () => {
  await withTemporaryDirectory('test', async (root) => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), '');
    await expect(walkTree(root, { maxEntries: 2 })).rejects.toMatchObject({
      code: 'tree-too-large',
      where: { file: root },
    });
    expect(await walkTree(root, { maxEntries: 3 })).toHaveLength(3);
    await mkdir(join(root, 'd/'.repeat(MOST_LEVELS - 1)), { recursive: true });
    expect(await walkTree(root)).toHaveLength(MOST_LEVELS + 2);
    await mkdir(join(root, 'd/'.repeat(MOST_LEVELS)), { recursive: true });
    await expect(walkTree(root)).rejects.toMatchObject({ code: 'tree-too-deep' });
  });
});

test("no file of src/ uses Node's recursive readdir, which follows links on Node 20", async () => {
  const names = await readdir(join(PROJECT, 'src'), { recursive: true });
  for (const name of names.filter((path) => path.endsWith('.ts'))) {
    const text = await readFile(join(PROJECT, 'src', name), 'utf8');
    expect(text, name).not.toMatch(/readdir(?:Sync)?\([^;]*recursive: true/);
  }
});
