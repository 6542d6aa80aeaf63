import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findConf } from '../../../src/driver/conf/find-conf.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('a dkms.conf that is a link to a file of the tree is the conf; one that leads elsewhere is refused', async () => {
  await withTemporaryDirectory('test', async (root) => {
    const tree = join(root, 'tree');
    await mkdir(tree);
    await writeFile(join(tree, 'real.conf'), 'PACKAGE_NAME=x\n');
    await writeFile(join(root, 'outside.conf'), 'PACKAGE_NAME=x\n');
    const find = (target: string) => {
      const directory = join(root, `with-${target.replaceAll('/', '-')}`);
      return mkdir(directory)
        .then(() => writeFile(join(directory, 'real.conf'), 'PACKAGE_NAME=x\n'))
        .then(() => symlink(target, join(directory, 'dkms.conf')))
        .then(() => findConf(directory, [{ path: 'm.c', text: '' }], { packaged: [] }));
    };
    expect((await find('real.conf'))?.file).toMatch(/dkms\.conf$/);
    for (const [target, words] of [
      ['../outside.conf', 'out of the tree'],
      ['nothing', 'nowhere'],
    ] as const) {
      await expect(find(target)).rejects.toMatchObject({
        code: 'no-conf',
        message: `dkms.conf is a link that leads ${words}`,
      });
    }
  });
});
