import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/system/files/make-directory.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('several calls at once make a directory with its parents', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const wanted = join(directory, 'a/b/c');
    await Promise.all([1, 2, 3, 4].map(() => makeDirectory(wanted)));
    await writeFile(join(wanted, 'file'), '');
    await makeDirectory(wanted);
    expect(await readdir(wanted)).toEqual(['file']);
  });
});

test('bug: a directory below /proc looped forever', async () => {
  await expect(makeDirectory('/proc/nope/dkms-deb/log')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file in the way is an error', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await mkdir(join(directory, 'there'));
    await expect(makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(file, 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
