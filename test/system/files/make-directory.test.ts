import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/system/files/make-directory.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { PROJECT } from '../../support/project.ts';

const SRC = join(PROJECT, 'src');

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

test('bug: on a disk without a free inode mkdir of Node reported a missing directory', async () => {
  const files = (await readdir(SRC, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(SRC, name), 'utf8')));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((_, i) => /\bmkdir\([^;]*recursive: true/.test(texts[i] ?? ''))).toEqual([]);
});
