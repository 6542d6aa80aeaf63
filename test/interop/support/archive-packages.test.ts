import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { ARCHIVE_PACKAGES, archivePackage } from '../../support/archive-packages.ts';

test.for(ARCHIVE_PACKAGES)('the set-up has fetched %s, with its dkms.conf', async (name) => {
  await withTemporaryDirectory('test', async (parent) => {
    const found = await archivePackage(name, parent);
    const { stdout } = await run('dpkg-deb', ['-f', found.file, 'Package']);
    expect(stdout.trim()).toBe(name);
    expect(await readFile(found.confFile, 'utf8')).toMatch(/^PACKAGE_NAME=/m);
    expect(basename(found.sourceTree)).toMatch(/^[\w-]+-\d[\w.+~-]*$/);
  });
});
