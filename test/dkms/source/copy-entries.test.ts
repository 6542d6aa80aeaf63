import { chmod, lstat, mkdir, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyEntries, writableMode } from '../../../src/dkms/source/copy-entries.ts';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const TIME = 1_600_000_000;

async function withTree(work: (tree: string, copy: string) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('test', async (scratch) => {
    const tree = join(scratch, 'tree');
    await mkdir(join(tree, 'src'), { recursive: true });
    await writeFile(join(tree, 'src/a.c'), 'int a;\n');
    await writeFile(join(tree, 'read-only.sh'), '#!/bin/sh\n');
    await chmod(join(tree, 'read-only.sh'), 0o555);
    await symlink('src/a.c', join(tree, 'link.c'));
    for (const path of ['src/a.c', 'src']) await utimes(join(tree, path), TIME, TIME);
    await work(tree, join(scratch, 'copy'));
  });
}

async function stateOf(root: string, path: string): Promise<[mode: string, seconds: number]> {
  const { mode, mtimeMs } = await lstat(join(root, path));
  return [(mode & 0o777).toString(8), mtimeMs / 1000];
}

describe('a copy of a source tree', () => {
  test('keeps times, links and the permission to execute; the owner may write', async () => {
    await withTree(async (tree, copy) => {
      await copyEntries(tree, await listSourceTree(tree), copy, writableMode);
      expect((await stateOf(copy, 'read-only.sh'))[0]).toBe('755');
      expect((await stateOf(copy, 'src/a.c'))[1]).toBe(TIME);
      expect(await stateOf(copy, 'src')).toEqual(['755', TIME]);
      expect(await readlink(join(copy, 'link.c'))).toBe('src/a.c');
    });
  });

  test('names a file that disappeared in the meantime', async () => {
    await withTree(async (tree, copy) => {
      const gone = { path: 'gone.c', type: 'file', mode: 0o644, mtime: 0, size: 0 } as const;
      await expect(copyEntries(tree, [gone], copy, writableMode)).rejects.toMatchObject({
        code: 'copy-failed',
        where: { file: join(tree, 'gone.c') },
        hint: expect.stringContaining('no program changes the tree'),
      });
    });
  });
});
