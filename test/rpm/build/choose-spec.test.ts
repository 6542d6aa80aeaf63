import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Driver } from '../../../src/driver/read-driver.ts';
import { chooseSpec } from '../../../src/rpm/build/choose-spec.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: the spec that init would write was used without a word.
test('a directory rpm/ that cannot be read is not taken for a missing one', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await symlink('rpm', join(directory, 'rpm'));
    const driver = { directory, packageName: 'x-dkms' } as Driver;
    await expect(chooseSpec(driver, 0)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('ELOOP'),
    });
  });
});

test('several specs of which none has the name of the package are refused', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'rpm'));
    for (const name of ['a', 'b']) await writeFile(join(directory, 'rpm', `${name}.spec`), '');
    const driver = { directory, packageName: 'x-dkms' } as Driver;
    await expect(chooseSpec(driver, 0)).rejects.toMatchObject({ code: 'several-specs' });
  });
});
