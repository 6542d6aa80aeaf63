import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  readTreeFile,
  readTreeFileStart,
  readTreeText,
} from '../../../src/system/files/read-tree-file.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

test.each<[string, (file: string) => Promise<unknown>, string]>([
  ['a fifo', (file) => run('mkfifo', [file]), 'special-file'],
  [
    'a link to a fifo',
    async (file) => {
      await run('mkfifo', [`${file}.fifo`]);
      await symlink(`${file}.fifo`, file);
    },
    'special-file',
  ],
  ['a device', (file) => symlink('/dev/zero', file), 'special-file'],
  ['a directory', (file) => mkdir(file), 'EISDIR'],
  ['a link to itself', (file) => symlink('file', file), 'ELOOP'],
  ['nothing', async () => {}, 'ENOENT'],
  [
    'a sparse terabyte',
    async (file) => {
      await writeFile(file, '');
      await truncate(file, 2 ** 40);
    },
    'file-too-large',
  ],
])('%s is not read, and nobody waits', async (_name, make, code) => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'file');
    await make(file);
    const begun = Date.now();
    await expect(readTreeFile(file)).rejects.toMatchObject({ code });
    if (code !== 'file-too-large') {
      await expect(readTreeFileStart(file, 10)).rejects.toMatchObject({ code });
    }
    expect(Date.now() - begun).toBeLessThan(15_000);
  });
});

test('reads a whole file, its start, and its text', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'file');
    await writeFile(file, 'größe');
    await symlink('file', join(directory, 'link'));
    expect((await readTreeFile(file)).length).toBe(7);
    expect((await readTreeFileStart(file, 2)).toString()).toBe('gr');
    expect(await readTreeText(join(directory, 'link'))).toBe('größe');
    expect(await readTreeText(file, 'latin1')).toHaveLength(7);
  });
});
