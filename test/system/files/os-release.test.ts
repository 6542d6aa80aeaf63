import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOsRelease, valueInOsRelease } from '../../../src/system/files/os-release.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

test('bug: a system with /usr/lib/os-release only was taken for Debian', async () => {
  await withTemporaryDirectory('test', async (root) => {
    expect(readOsRelease(root)).toBeUndefined();
    for (const directory of ['usr/lib', 'etc']) {
      await mkdir(join(root, directory), { recursive: true });
      await writeFile(join(root, directory, 'os-release'), `ID=${directory}\n`);
      expect(readOsRelease(root)).toBe(`ID=${directory}\n`);
    }
  });
});

test('bug: ID_LIKE with several words lost all words but the first; values are as a shell reads them', async () => {
  const text = `ID_LIKE="rhel centos fedora"\nPRETTY_NAME='Some OS 1.0'\nID=some\nVERSION_CODENAME=\nLOGO="x"\n`;
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'os-release');
    await writeFile(file, text);
    for (const name of ['ID_LIKE', 'PRETTY_NAME', 'ID', 'VERSION_CODENAME', 'LOGO']) {
      const { stdout } = await run('bash', ['-c', `. "$0"; printf %s "$${name}"`, file]);
      expect(valueInOsRelease(text, name), name).toBe(stdout);
    }
  });
  expect(valueInOsRelease(text, 'VERSION_ID')).toBeUndefined();
  expect(valueInOsRelease(text, 'LIKE')).toBeUndefined();
});
