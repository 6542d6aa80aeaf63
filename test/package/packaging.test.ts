import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasPackaging, readPackaging } from '../../src/package/packaging.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

// Bug: build took such a tree for one without debian/, and packed what init would write.
test('a debian/control that is a fifo is a packaging all the same', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await mkdir(join(tree, 'debian'));
    expect(await hasPackaging(tree)).toBe(false);
    await run('mkfifo', [join(tree, 'debian/control')]);
    expect(await hasPackaging(tree)).toBe(true);
    // Bug: it was "missing", with the hint to make a debian/.
    const read = readPackaging(join(tree, 'debian'));
    await expect(read).rejects.toMatchObject({ code: 'special-file' });
  });
});

// Bug: "this is a bug in dkms-deb".
test('a debian that is a fifo is refused', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await run('mkfifo', [join(tree, 'debian')]);
    await expect(hasPackaging(tree)).rejects.toMatchObject({ code: 'special-file' });
  });
});
