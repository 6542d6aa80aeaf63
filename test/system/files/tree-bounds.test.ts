import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTreeText } from '../../../src/system/files/read-tree-file.ts';
import { holdLinksWithin } from '../../../src/system/files/tree-bounds.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: debian/control -> ../../secret was read, and its lines told in the error.
test('a link out of the tree is not read, one within it and one within the repository are', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = join(parent, 'repository/tree');
    await mkdir(tree, { recursive: true });
    await writeFile(join(parent, 'secret'), 'secret');
    await writeFile(join(parent, 'repository/LICENSE'), 'licence');
    await writeFile(join(tree, 'a'), 'own');
    await symlink('a', join(tree, 'b'));
    await symlink('../LICENSE', join(tree, 'LICENSE'));
    await symlink('../../secret', join(tree, 'out'));
    await symlink(join(parent, 'secret'), join(tree, 'absolute'));
    expect(await readTreeText(join(tree, 'out'))).toBe('secret');
    holdLinksWithin(tree);
    expect(await readTreeText(join(tree, 'b'))).toBe('own');
    for (const name of ['out', 'absolute', 'LICENSE']) {
      await expect(readTreeText(join(tree, name))).rejects.toMatchObject({ code: 'link-out' });
    }
    await mkdir(join(parent, 'repository/.git'));
    expect(await readTreeText(join(tree, 'LICENSE'))).toBe('licence');
    await expect(readTreeText(join(tree, 'out'))).rejects.toMatchObject({ code: 'link-out' });
  });
});
