import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withArchiveSigner } from '../../src/repository/archive-signer.ts';
import { publicKeys } from '../../src/repository/public-keys.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

const sign = (keys: readonly string[], passphraseFile?: string) =>
  withArchiveSigner({ keys, passphraseFile }, async () => 'signed');

test('a file with the key of a repository that does not exist is told as such, before gpg is asked', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    for (const name of ['nowhere.asc', 'nowhere/key.asc', '0123456789ABCDEF']) {
      const file = join(directory, name);
      const expected = {
        code: 'key-missing',
        message: 'no such file or directory (key)',
        where: { file },
        hint: expect.stringContaining('its whole fingerprint of 40 hex digits'),
        output: [],
      };
      await expect(publicKeys([file], directory)).rejects.toMatchObject(expected);
      await expect(sign([file])).rejects.toMatchObject(expected);
    }
  });
});

test('a directory in place of a key is told as such', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'keys');
    await mkdir(file);
    const message = 'the key cannot be read: is a directory (EISDIR)';
    await expect(sign([file])).rejects.toMatchObject({ message, where: { file } });
  });
});

test('a file with a pass phrase that does not exist is told as such', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const key = join(directory, 'key.asc');
    await writeFile(key, 'not reached');
    const file = join(directory, 'nowhere');
    await expect(sign([key], file)).rejects.toMatchObject({
      code: 'passphrase-missing',
      message: 'no such file or directory (file with the pass phrase)',
      where: { file },
    });
  });
});
