import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowedFiles } from '../../../src/dkms/source/allowed-files.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('the paths of init’s --allow-file', async () => {
  await withTemporaryDirectory('test', async (debian) => {
    const memory = { choices: { allowFiles: ['test/key.pem', 7] } };
    await writeFile(join(debian, '.dkms-deb.json'), JSON.stringify(memory));
    expect(await allowedFiles(debian)).toEqual(['test/key.pem']);
  });
});

test('bug: an endless debian/.dkms-deb.json was read without a limit', async () => {
  await withTemporaryDirectory('test', async (debian) => {
    await symlink('/dev/zero', join(debian, '.dkms-deb.json'));
    expect(await allowedFiles(debian)).toEqual([]);
  });
});
