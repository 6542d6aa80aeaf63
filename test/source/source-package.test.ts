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
    const fifo = { code: 'special-file', message: 'not a regular file' };
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
