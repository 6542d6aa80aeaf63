import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareOutputDirectory, writeWhole } from '../../../src/system/files/output.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('a file appears only when it is complete', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const target = join(directory, 'x.deb');
    await writeWhole(target, async (temporary) => {
      await writeFile(temporary, 'half');
      expect(await readdir(directory)).toEqual([expect.stringMatching(/^\.x\.deb\..*tmp$/)]);
      await writeFile(temporary, 'whole');
    });
    expect(await readdir(directory)).toEqual(['x.deb']);
    expect(await readFile(target, 'utf8')).toBe('whole');
  });
});

test('after an error the old file is unchanged and no temporary file is left', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const target = join(directory, 'x.deb');
    await writeFile(target, 'old');
    const writing = writeWhole(target, async (temporary) => {
      await writeFile(temporary, 'half');
      throw new Error('no');
    });
    await expect(writing).rejects.toThrow('no');
    expect(await readdir(directory)).toEqual(['x.deb']);
    expect(await readFile(target, 'utf8')).toBe('old');
  });
});

test('bug: a refused file operation was not a SystemError', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'x.deb'));
    const writing = writeWhole(join(directory, 'x.deb'), (temporary) => writeFile(temporary, ''));
    await expect(writing).rejects.toMatchObject({
      code: 'cannot-write',
      message: `cannot write ${join(directory, 'x.deb')}: is a directory (EISDIR)`,
    });
    expect(await readdir(directory)).toEqual(['x.deb']);
  });
});

test('the error of a full disk has a hint', async () => {
  const writing = writeWhole('/dev/shm/dkms-deb-full', () => writeFile('/dev/full', 'x'));
  await expect(writing).rejects.toMatchObject({
    code: 'disk-full',
    where: { file: '/dev/shm' },
    hint: expect.stringContaining('-o DIR'),
  });
});

test('prepareOutputDirectory makes the directory and its parents', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await prepareOutputDirectory(join(directory, 'a/b'));
    expect(await readdir(directory)).toEqual(['a']);
  });
});

test.each([
  ['a file', 'file'],
  ['below a file', 'file/x'],
  ['in /proc', '/proc/x'],
])('an output directory that is none: %s', async (_name, path) => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'file'), '');
    const target = path.startsWith('/') ? path : join(directory, path);
    await expect(prepareOutputDirectory(target)).rejects.toMatchObject({
      code: 'output-directory',
      hint: 'Choose another directory with -o DIR.',
    });
  });
});
