import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registerInFiles } from '../../../src/source/changes.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

const FILE = { fileName: 'hello-dkms_1.0-1~x+y_all.deb', section: 'kernel', priority: 'optional' };

/** debian/files after both have registered FILE in a tree with `before` in it; undefined: refused. */
async function both(before: string | undefined, file = FILE) {
  return withTemporaryDirectory('test', async (directory) => {
    const result = async (name: string, register: (tree: string) => Promise<unknown>) => {
      const tree = join(directory, name);
      await mkdir(join(tree, 'debian'), { recursive: true });
      await writeFile(join(tree, 'debian/control'), '');
      const files = join(tree, 'debian/files');
      if (before !== undefined) await writeFile(files, before);
      const failed = await register(tree).then(
        () => false,
        () => true,
      );
      return failed ? undefined : readFile(files, 'utf8');
    };
    const { fileName, section, priority } = file;
    return {
      ours: await result('ours', (tree) => registerInFiles(tree, file)),
      dpkg: await result('dpkg', (cwd) =>
        run('dpkg-distaddfile', [fileName, section, priority], { cwd }),
      ),
    };
  });
}

describe('debian/files is written as by dpkg-distaddfile', () => {
  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['the same line', 'hello-dkms_1.0-1~x+y_all.deb kernel optional\n'],
    ['another section before', 'hello-dkms_1.0-1~x+y_all.deb misc extra automatic=yes\n'],
    [
      'other files, out of order, with attributes',
      'z_1_all.deb - -\nhello_1.0.dsc source optional\nA.txt byhand - a=b c=d\n',
    ],
    ['one file twice', 'a.txt x y\na.txt z z\n'],
    ['no newline at the end', 'a.txt x y'],
    ['a version with an epoch', 'a_1:2-3_all.deb x y\n'],
  ])('%s', async (_, before) => {
    const { ours, dpkg } = await both(before);
    expect(dpkg).toBeDefined();
    expect(ours).toBe(dpkg);
  });

  test.each(['a line\n', '\n', 'a_b c/d\n', 'ä.txt x y\n', 'a.txt x y z\n', 'a.txt x  y\n'])(
    '%j is refused by both',
    async (before) => {
      expect(await both(before)).toEqual({ ours: undefined, dpkg: undefined });
    },
  );

  test('both refuse a section of two words', async () => {
    const file = { ...FILE, section: 'kernel x' };
    expect(await both(undefined, file)).toEqual({ ours: undefined, dpkg: undefined });
  });
});
