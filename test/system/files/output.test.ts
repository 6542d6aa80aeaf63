import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withRepositoryLock } from '../../../src/repository/repository-lock.ts';
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

test('bug: the hint for a full disk named -o DIR, also for commands without this option', async () => {
  const place = await mkdtemp('/dev/shm/dkms-deb-test-');
  const hintIn = async (directory: string) => {
    const writing = writeWhole(join(directory, 'x'), () => writeFile('/dev/full', 'x'));
    const error = await writing.catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'disk-full', where: { file: directory } });
    return (error as { hint: string }).hint;
  };
  try {
    expect(await hintIn(place)).toBe('Free some disk space.');
    const request = join(place, 'request');
    await prepareOutputDirectory(request, '--request DIR');
    expect(await hintIn(request)).toContain('choose another directory with --request DIR');
    const repository = join(place, 'site');
    await withRepositoryLock(repository, async () => {
      expect(await hintIn(repository)).toContain('choose another directory with --repo DIR');
    });
  } finally {
    await rm(place, { recursive: true });
  }
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
