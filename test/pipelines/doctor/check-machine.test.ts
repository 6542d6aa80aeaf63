import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkPath } from '../../../src/pipelines/doctor/check-machine.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('odd entries of PATH are told, each once; those that do not exist are not', async () => {
  await withTemporaryDirectory('path', async (directory) => {
    const open = join(directory, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    await writeFile(join(directory, 'file'), '');
    const path = `/usr/bin:.::${open}:${directory}/file:/nonexistent/bin:.:/usr/bin`;
    expect(checkPath(path).map(({ message }) => message)).toEqual([
      '"." is relative: which directory it means depends on the working directory',
      '"" is relative: which directory it means depends on the working directory',
      `"${open}" can be written by everybody`,
      `"${directory}/file" is not a directory`,
    ]);
  });
});

test('an ordinary PATH is not told', () => {
  expect(checkPath('/usr/local/bin:/usr/bin:/bin')).toEqual([]);
});

test('a PATH that is not set is told', () => {
  expect(checkPath('')).toMatchObject([{ state: 'note', subject: 'PATH' }]);
});
