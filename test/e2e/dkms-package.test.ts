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

const shared = sharedSandbox();
/** The uploads of all drivers, for the last test. */
const uploads: string[] = [];

describe.each(DRIVERS)('%s: init, then dpkg-buildpackage -b', (driver) => {
  const place = (name: string) => join(shared().directory, driver, name);
  let built: Built;

  beforeAll(async () => {
    const sandbox = shared();
    const tree = await driverTree(driver, place('work'));
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
    uploads.push(built.changes);
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
    const pristine = await driverTree(driver, place('pristine'));
    const sources = Object.keys((await snapshot(pristine)) ?? {}).map((path) =>
      path === '.' ? prefix : `${prefix}/${path}`,
    );
    expect(Object.keys(payload).sort()).toEqual(sources.sort());
    if (!isArchiveDriver(driver)) return;
    const archive = await archivePackage(driver, place('archive'));
    // Names, types, modes, owners, contents; there is no driver where one of them differs.
    expect(payload).toEqual(await debPayload(archive.file, prefix));
  });

  test('dscverify finds no fault', async () => {
    const verified = await call(shared(), 'dscverify', ['--nosigcheck', built.changes]);
    expect(verified.exitStatus, verified.output).toBe(0);
  });
});

// One call for all: lintian needs seconds before it looks at the first package.
test('lintian finds no fault in the uploads of all drivers', async () => {
  expect(uploads).toHaveLength(DRIVERS.length);
  expect(await lintianProblems(uploads)).toEqual([]);
});

function isArchiveDriver(driver: string): driver is (typeof ARCHIVE_DRIVERS)[number] {
  return ARCHIVE_DRIVERS.some((name) => name === driver);
}
