import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { realPlace } from '../../../src/system/files/real-place.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('links are resolved, also above a part that does not exist', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'real'));
    await symlink('real', join(directory, 'link'));
    const real = await realpath(directory);
    expect(realPlace(join(directory, 'link'))).toBe(join(real, 'real'));
    expect(realPlace(join(directory, 'link/a/b'))).toBe(join(real, 'real/a/b'));
    expect(realPlace('/no-such-place/a')).toBe('/no-such-place/a');
  });
});
