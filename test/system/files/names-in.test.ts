import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesIn } from '../../../src/system/files/names-in.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('only a directory that is not there has no names; another problem is an error', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'full'));
    await writeFile(join(directory, 'full/a'), '');
    await symlink('loop', join(directory, 'loop'));
    expect(await namesIn(join(directory, 'full'))).toEqual(['a']);
    expect(await namesIn(join(directory, 'missing'))).toEqual([]);
    expect(await namesIn(join(directory, 'full/a'))).toEqual([]);
    await expect(namesIn(join(directory, 'loop'))).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('cannot read the directory'),
    });
  });
});
