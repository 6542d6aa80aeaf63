import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { archivePackage } from '../support/archive-packages.ts';
import { debField, debPayload } from '../support/deb-payload.ts';
import { ARCHIVE_DRIVERS, DRIVERS, dkmsIdentity, driverTree } from '../support/driver.ts';
import { lintianProblems } from '../support/lintian.ts';
import { call, dkmsDebLines, MAINTAINER } from '../support/sandbox.ts';
import { sharedSandbox } from '../support/shared-sandbox.ts';
import { snapshot } from '../support/snapshot.ts';

/** The tree as the driver's own repository would have it, and what became of it. */
interface Built {
  readonly tree: string;
  readonly deb: string;
  readonly changes: string;
}

describe.each(DRIVERS)('%s: init, then dpkg-buildpackage -b', (driver) => {
  const shared = sharedSandbox();
  let built: Built;

  beforeAll(async () => {
    const sandbox = shared();
    const tree = await driverTree(driver, join(sandbox.directory, 'work'));
    await dkmsDebLines(sandbox, ['init', tree]);
    const made = await call(sandbox, 'dpkg-buildpackage', ['-us', '-uc', '-b', '-d'], {
      cwd: tree,
    });
    expect(made.exitStatus, made.output).toBe(0);
    const parent = dirname(tree);
    const only = async (suffix: string) => {
      const names = (await readdir(parent)).filter((name) => name.endsWith(suffix));
      expect(names).toHaveLength(1);
      return join(parent, names[0] ?? '');
    };
    built = { tree, deb: await only('.deb'), changes: await only('.changes') };
  });

  test('a second init changes nothing', async () => {
    const before = await snapshot(built.tree);
    expect(await dkmsDebLines(shared(), ['init', built.tree])).toEqual([]);
    expect(await snapshot(built.tree)).toEqual(before);
  });

  test('the package has the architecture all, depends on dkms, and has a maintainer and its scripts', async () => {
    const { deb } = built;
    expect(await debField(deb, 'Package')).toMatch(/^[a-z0-9][a-z0-9.+-]+-dkms$/);
    expect(await debField(deb, 'Architecture')).toBe('all');
    expect(await debField(deb, 'Depends')).toMatch(/\bdkms \(>= [\d.]+\)/);
    expect(await debField(deb, 'Maintainer')).toBe(MAINTAINER);
    const members = await call(shared(), 'sh', [
      '-c',
      'dpkg-deb --ctrl-tarfile "$0" | tar -t',
      deb,
    ]);
    for (const member of ['./control', './md5sums', './postinst', './prerm']) {
      expect(members.stdout.split('\n')).toContain(member);
    }
  });

  test('/usr/src has the same files of the driver as the package in the archive', async () => {
    const { name, version } = await dkmsIdentity(built.tree);
    const prefix = `usr/src/${name}-${version}`;
    const payload = await debPayload(built.deb, prefix);
    const pristine = await driverTree(driver, join(shared().directory, 'pristine'));
    const sources = Object.keys((await snapshot(pristine)) ?? {}).map((path) =>
      path === '.' ? prefix : `${prefix}/${path}`,
    );
    expect(Object.keys(payload).sort()).toEqual(sources.sort());
    if (!isArchiveDriver(driver)) return;
    const archive = await archivePackage(driver, join(shared().directory, 'archive'));
    // Names, types, modes, owners, contents; there is no driver where one of them differs.
    expect(payload).toEqual(await debPayload(archive.file, prefix));
  });

  test('dscverify and lintian find no fault', async () => {
    const { changes } = built;
    const verified = await call(shared(), 'dscverify', ['--nosigcheck', changes]);
    expect(verified.exitStatus, verified.output).toBe(0);
    expect(await lintianProblems([changes])).toEqual([]);
  });
});

function isArchiveDriver(driver: string): driver is (typeof ARCHIVE_DRIVERS)[number] {
  return ARCHIVE_DRIVERS.some((name) => name === driver);
}
