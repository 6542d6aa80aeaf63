import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { versionsOf } from '../../../src/package/rules/beyond-dkms-deb.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

/** An entry without a trailer, as dpkg reads it with a warning, above a complete one. */
const CHANGELOG =
  'toy (2.5-1) UNRELEASED; urgency=medium\n\n  * Not yet released.\n\ntoy (2.4-1) unstable; urgency=medium\n\n  * A.\n\n -- A <a@b.c>  Sat, 21 Nov 2026 00:00:00 +0000\n';

// Bug: init and info ended with changelog-syntax, although dpkg and build accepted the file (it87).
test('a changelog whose latest entry has no trailer states the version for #MODULE_VERSION#', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'debian'));
    const files = {
      'debian/changelog': CHANGELOG,
      'debian/control': 'Source: toy\n\nPackage: toy-dkms\nArchitecture: all\n',
      'debian/toy-dkms.dkms':
        'PACKAGE_NAME="toy"\nPACKAGE_VERSION="#MODULE_VERSION#"\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/updates"\n',
      Makefile: 'obj-m += toy.o\n',
      'toy.c': 'MODULE_LICENSE("GPL");\n',
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
    const driver = await readDriver(directory, referenceKernel(), {});
    expect(driver.conf.version).toBe('2.5');
    expect(driver.sourceName).toBe('toy');
  });
});

test('debian/rules gets the version of the latest entry, not of the latest complete one', () => {
  expect(versionsOf(CHANGELOG).get('DEB_VERSION_UPSTREAM')).toBe('2.5');
  expect(versionsOf('no changelog').size).toBe(0);
});
