import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyTree } from '../../../src/driver/derive/copy-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('a copy to build in has the files that git ignores, but neither .git nor debian/', async () => {
  await withTemporaryDirectory('test', async (scratch) => {
    const [tree, copy] = [join(scratch, 'tree'), join(scratch, 'copy')];
    for (const folder of ['.git', 'debian', 'src']) {
      await mkdir(join(tree, folder), { recursive: true });
      await writeFile(join(tree, folder, 'file'), '');
    }
    await writeFile(join(tree, '.gitignore'), '*.o_shipped\n');
    await writeFile(join(tree, 'blob.o_shipped'), '');
    await copyTree(tree, copy);
    for (const path of ['blob.o_shipped', 'src/file']) {
      expect((await lstat(join(copy, path))).isFile()).toBe(true);
    }
    for (const folder of ['.git', 'debian']) {
      await expect(lstat(join(copy, folder))).rejects.toThrow('ENOENT');
    }
  });
});
