import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { copyRegular, copyRegularNow } from '../../../src/system/files/copy-regular.ts';
import { run } from '../../../src/system/process/run.ts';
import { sandboxTest as test } from '../../support/sandbox.ts';

const WAYS = { copyRegular, copyRegularNow };

test.for(Object.entries(WAYS))('%s copies small and large files', async ([, copy], { sandbox }) => {
  for (const size of [0, 10, 1024 * 1024, 1024 * 1024 + 1, 5_000_000]) {
    const [source, target] = [join(sandbox.tmp, 'a'), join(sandbox.tmp, `b${size}`)];
    await writeFile(source, Buffer.alloc(size, 'x'));
    await copy(source, target, 0o644);
    expect((await readFile(target)).equals(await readFile(source))).toBe(true);
    expect((await stat(target)).mode & 0o600).toBe(0o600);
  }
});

test.for(Object.entries(WAYS))(
  'bug: %s waited for ever for a file that had become a fifo',
  async ([, copy], { sandbox }) => {
    const [fifo, folder, link] = ['fifo', 'folder', 'link'].map((name) => join(sandbox.tmp, name));
    await run('mkfifo', [fifo ?? '']);
    await mkdir(folder ?? '');
    await symlink('/etc/passwd', link ?? '');
    const target = join(sandbox.tmp, 'target');
    const tried = async (source = '') => copy(source, target, 0o644);
    await expect(tried(fifo)).rejects.toMatchObject({ code: 'special-file' });
    await expect(tried(folder)).rejects.toMatchObject({ code: 'special-file' });
    await expect(tried(link)).rejects.toMatchObject({ code: 'ELOOP' });
  },
);
