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
