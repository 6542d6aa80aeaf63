import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSourcePackage } from '../../src/source/source-package.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

const ENTRY =
  'x (1.0) unstable; urgency=medium\n\n  * A.\n\n -- A <a@b.c>  Sat, 21 Nov 2026 00:00:00 +0000\n';

// Bug: the changelog was "missing: write one with dch", and the format "cannot be read: special-file".
test('a fifo in debian/ is told as such', async () => {
  await withTemporaryDirectory('test', async (debian) => {
    await run('mkfifo', [join(debian, 'changelog')]);
    const fifo = { code: 'special-file', message: 'this is not a regular file' };
    await expect(readSourcePackage(debian)).rejects.toMatchObject(fifo);
    await run('rm', [join(debian, 'changelog')]);
    await expect(readSourcePackage(debian)).rejects.toMatchObject({ code: 'debian-file-missing' });
    await writeFile(join(debian, 'changelog'), ENTRY);
    expect((await readSourcePackage(debian)).format).toBe('1.0');
    await mkdir(join(debian, 'source'));
    await run('mkfifo', [join(debian, 'source/format')]);
    await expect(readSourcePackage(debian)).rejects.toMatchObject(fifo);
  });
});

test('the advice for a missing changelog is an init that writes it', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    const debian = join(tree, 'debian');
    const hint = () =>
      readSourcePackage(debian).then(
        () => '',
        (error: { hint?: string }) => error.hint ?? '',
      );
    await mkdir(debian);
    expect(await hint()).toBe(`Write a changelog with dch, or with: dkms-deb init ${tree}`);
    // A debian/ by other hands: without --force, init would change nothing.
    await writeFile(join(debian, 'control'), 'Source: x\n');
    expect(await hint()).toBe(`Write a changelog with dch, or with: dkms-deb init --force ${tree}`);
    await writeFile(join(debian, '.dkms-deb.json'), '{}');
    expect(await hint()).toBe(`Write a changelog with dch, or with: dkms-deb init ${tree}`);
  });
});
