import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ARCHIVE_PACKAGES, archivePackage } from '../../support/archive-packages.ts';
import { buildBoth } from '../../support/built-rpm.ts';
import { exampleDirectory } from '../../support/example.ts';
import { PROJECT } from '../../support/project.ts';
import { dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';

/** lttng-modules has 800 files; the others are enough. */
const DRIVERS = ARCHIVE_PACKAGES.filter((name) => name !== 'lttng-modules-dkms');

describe('the RPM package installs the same source as the Debian package', () => {
  for (const name of ['hello', 'duo'] as const) {
    test(`examples/${name}`, async ({ sandbox }) => {
      const tree = await exampleDirectory(name, sandbox.directory);
      const { deb, rpm } = await buildBoth(sandbox, tree, 'usr/src');
      expect(Object.keys(deb).length).toBeGreaterThan(2);
      expect(rpm).toEqual(deb);
    });
  }

  for (const name of DRIVERS) {
    test(`${name} of the archive`, async ({ sandbox }) => {
      const { sourceTree } = await archivePackage(name, sandbox.directory);
      const { deb, rpm } = await buildBoth(sandbox, sourceTree, 'usr/src');
      expect(Object.keys(deb).length).toBeGreaterThan(2);
      expect(rpm).toEqual(deb);
    });
  }

  test('also after init --rpm, from a folder of the tree, and with what a placeholder stands for', async ({
    sandbox,
  }) => {
    for (const [golden, folders] of [
      ['conf-in-src', ['usr/src']],
      ['placeholder-sed', ['usr/src']],
      ['derived', ['usr/src']],
      ['rpm-system-files', ['usr/src', 'usr/lib/udev', 'usr/lib/firmware', 'usr/lib/modprobe.d']],
    ] as const) {
      const tree = join(sandbox.directory, golden);
      await cp(join(PROJECT, 'test/golden/init', golden, 'in'), tree, { recursive: true });
      await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
      const own = { ...sandbox, directory: join(sandbox.directory, `${golden}-roots`) };
      await mkdir(own.directory);
      for (const folder of folders) {
        const { deb, rpm } = await buildBoth(own, tree, folder);
        expect(rpm, `${golden} ${folder}`).toEqual(deb);
      }
    }
  });
});
