import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/archives/store/header-store.ts';
import { offeredDriver } from '../../../src/fleet/plan/offered-driver.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: "the archives have no package", which nobody had asked; then the raw error of a missing file.
test('offline, a package that is not known or not in the store is told as such', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const store = openStore(directory);
    const offline = { root: undefined, store };
    const ask = () => offeredDriver(offline, 'x-dkms', undefined, new Map(), silentReporter);
    await expect(ask()).rejects.toMatchObject({
      code: 'no-such-driver',
      message: 'no earlier run has recorded which version of the package x-dkms apt chooses',
    });
    await mkdir(join(store.directory, 'drivers'), { recursive: true });
    const known = { name: 'x-dkms', version: '1', architecture: 'all', sha256: 'a'.repeat(64) };
    await writeFile(join(store.directory, 'drivers/x-dkms.json'), JSON.stringify(known));
    await expect(ask()).rejects.toMatchObject({ code: 'not-fetched' });
  });
});
