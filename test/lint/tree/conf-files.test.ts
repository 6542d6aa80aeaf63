import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findConf } from '../../../src/driver/conf/find-conf.ts';
import { confFiles } from '../../../src/lint/tree/conf-files.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: a path that a person had mistyped was "could not locate dkms.conf".
test('a tree or a file that does not exist is told as such', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    const missing = { code: 'no-conf', exitStatus: 4, message: 'no such file or directory' };
    const nowhere = confFiles(`${tree}/nowhere`, undefined, undefined, undefined);
    await expect(nowhere).rejects.toMatchObject(missing);
    await expect(confFiles(tree, 'nofile', undefined, undefined)).rejects.toMatchObject(missing);
    await expect(findConf(tree, [], { given: 'nofile', packaged: [] })).rejects.toMatchObject(
      missing,
    );
    await expect(confFiles(tree, undefined, undefined, undefined)).rejects.toMatchObject({
      message: 'could not locate dkms.conf',
    });
  });
});

// Bug: another dkms.conf was derived, and files in the directory stopped the build with a hint that named no tree.
test('a directory with the name dkms.conf at the top is refused', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await mkdir(join(tree, 'dkms.conf'));
    const refused = {
      code: 'no-conf',
      message: 'dkms.conf cannot be read: is a directory (EISDIR)',
      hint: 'Rename the directory: DKMS reads a file of this name.',
    };
    await expect(findConf(tree, [], { packaged: [] })).rejects.toMatchObject(refused);
    await expect(confFiles(tree, undefined, undefined, undefined)).rejects.toMatchObject(refused);
  });
});
