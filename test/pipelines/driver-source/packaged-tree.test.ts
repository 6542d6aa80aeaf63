import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Choices } from '../../../src/driver/conf/init-memory.ts';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import {
  CHANGELOG,
  CODE,
  CONTROL,
  conf,
  DEBIAN,
  type Files,
  initialise,
  inTree,
  TREE,
  understood,
} from '../../support/packaged-tree.ts';

test.each<[string, Files, Choices, { name: string; version: string; files: string[] }]>([
  [
    'bug: a placeholder that init filled in was read again',
    {
      ...TREE,
      'dkms.conf': conf('foo', '@VERSION@'),
      Makefile: 'obj-m := foo.o\nVERSION = 3.1\nx:\n\tsed s/@VERSION@/$(VERSION)/ dkms.conf\n',
    },
    {},
    { name: 'foo', version: '3.1', files: ['Makefile', 'dkms.conf', 'foo.c'] },
  ],
  [
    'bug: two dkms.conf, and the choice of init was forgotten',
    {
      'one/dkms.conf': conf('foo', '1.0'),
      'one/foo.c': CODE,
      'one/Makefile': 'obj-m := foo.o\n',
      'two/dkms.conf': conf('bar', '1.0'),
      'two/bar.c': CODE,
      'two/Makefile': 'obj-m := bar.o\n',
    },
    { conf: 'one/dkms.conf' },
    { name: 'foo', version: '1.0', files: ['Makefile', 'dkms.conf', 'foo.c'] },
  ],
  [
    'bug: dkms.conf in a folder, its makefile in another',
    { 'pkg/dkms.conf': conf('foo', '1.0'), 'src/foo.c': CODE, 'src/Makefile': 'obj-m := foo.o\n' },
    {},
    { name: 'foo', version: '1.0', files: ['Makefile', 'dkms.conf', 'foo.c'] },
  ],
  [
    'bug: modules in a folder below the makefile beside dkms.conf',
    {
      'pkg/dkms.conf': conf('foo', '1.0', 'BUILT_MODULE_LOCATION[0]="drv"\n'),
      'pkg/Makefile': 'obj-m := drv/\n',
      'pkg/drv/Makefile': 'obj-m := foo.o\n',
      'pkg/drv/foo.c': CODE,
    },
    {},
    { name: 'foo', version: '1.0', files: ['Makefile', 'dkms.conf', 'drv/Makefile', 'drv/foo.c'] },
  ],
  [
    'bug: a version that stands in a variable which nothing sets',
    {
      'dkms.conf': conf('foo', '$VERSION', 'BUILT_MODULE_LOCATION[0]="src"\nMAKE="make -C src"\n'),
      'src/foo.c': CODE,
      'src/Makefile': 'obj-m := foo.o\n',
    },
    {},
    {
      name: 'foo',
      version: expect.stringMatching(/^0~\d{8}$/),
      files: ['dkms.conf', 'src/Makefile', 'src/foo.c'],
    },
  ],
  [
    'bug: a version that init was told, and a guard for that of dkms.conf',
    { ...TREE, 'dkms.conf': conf('foo', '1.0') },
    { set: { PACKAGE_VERSION: '2.0' } },
    { name: 'foo', version: '2.0', files: ['Makefile', 'dkms.conf', 'foo.c'] },
  ],
])('after init: %s', async (_, files, choices, expected) => {
  await inTree(files, async (tree) => {
    await initialise(tree, choices);
    const found = await understood(tree);
    expect(found).toMatchObject({ ...expected, packageVersion: expected.version });
    expect(found.conf).toBe('debian/foo-dkms.dkms');
    expect(found.notes.join()).toContain('debian/foo-dkms.dkms');
  });
});

test('bug: bmdeb ignored edits of debian/*.dkms, which build packed', async () => {
  await inTree({ ...TREE, 'dkms.conf': conf('foo', '1.0') }, async (tree) => {
    await initialise(tree);
    const file = join(tree, 'debian/foo-dkms.dkms');
    await writeFile(file, `${await readFile(file, 'utf8')}DEST_MODULE_NAME[0]="other"\n`);
    expect((await understood(tree)).dest).toBe('other');
  });
});

test.each([['debian/dkms.conf'], ['a/dkms.conf'], ['conf/driver.conf']])(
  'a .dkms names %s: init, bmdeb and info read that file',
  async (path) => {
    const files = {
      ...TREE,
      ...DEBIAN,
      [path]: conf('foo', '1.0'),
      'b/dkms.conf': conf('other', '9'),
      'debian/foo-dkms.dkms': `${path}\n`,
    };
    await inTree(files, async (tree) => {
      expect(await understood(tree)).toMatchObject({ name: 'foo', version: '1.0', conf: path });
      const driver = await readDriver(tree, referenceKernel());
      expect(driver.location.file).toBe(join(tree, path));
      expect((await lintTree(tree, { evaluate: false })).files).toContain(join(tree, path));
    });
  },
);

test('bug: --conf with a file that only names another made a package without modules', async () => {
  const files = { ...TREE, 'debian/dkms.conf': conf('foo', '1.0'), 'x.dkms': 'debian/dkms.conf\n' };
  await inTree(files, async (tree) => {
    await initialise(tree, { conf: 'x.dkms' });
    expect(await understood(tree)).toMatchObject({
      name: 'foo',
      files: expect.arrayContaining(['foo.c']),
    });
  });
});

test('bug: #MODULE_VERSION# in the dkms.conf that debian/*.dkms names was unknown to init', async () => {
  const files = {
    ...TREE,
    ...DEBIAN,
    'dkms.conf': conf('foo', '#MODULE_VERSION#'),
    'debian/foo-dkms.dkms': 'dkms.conf\n',
  };
  await inTree(files, async (tree) => {
    expect((await readDriver(tree, referenceKernel())).conf.version).toBe('1.0');
    expect((await understood(tree)).version).toBe('1.0');
  });
});

const WITH_CONF: Files = { ...TREE, ...DEBIAN, 'debian/foo-dkms.dkms': conf('foo', '1.0') };
test.each<[string, Files, readonly string[]]>([
  [
    'several packages',
    { 'debian/control': `${CONTROL}\nPackage: foo-utils\nArchitecture: any\nDescription: x\n y\n` },
    [],
  ],
  ['Architecture: any', { 'debian/control': CONTROL.replace('all', 'any') }, []],
  ['no changelog', {}, ['debian/changelog']],
  ['an open entry', { 'debian/changelog': CHANGELOG.replace(/^ -- .*\n/m, '') }, []],
  [
    'variables in a list',
    {
      'debian/foo-dkms.install': `foo.c Makefile usr/src/foo-${'$'}{env:DEB_VERSION_UPSTREAM}/\nx usr/lib/${'$'}{DEB_HOST_MULTIARCH}/\n`,
    },
    [],
  ],
  ['a file of debhelper that build does not know', { 'debian/foo-dkms.cron.d': '' }, []],
])('bmdeb and info accept in debian/: %s', async (_, files, without) => {
  const all = Object.fromEntries(
    Object.entries({ ...WITH_CONF, ...files }).filter(([path]) => !without.includes(path)),
  );
  // The version is then the tree's.
  const tree = without.length > 0 ? { ...all, 'dkms.conf': conf('foo', '1.0') } : all;
  await inTree(tree, async (directory) => {
    await symlink('../Makefile', join(directory, 'debian/foo-dkms.udev'));
    expect(await understood(directory)).toMatchObject({
      name: 'foo',
      version: '1.0',
      packageVersion: '1.0',
      files: ['Makefile', 'dkms.conf', 'foo.c'],
    });
  });
});

test('bmdeb and info accept --set where init needs it', async () => {
  await inTree({ ...TREE, 'dkms.conf': conf('foo', '@SOME_THING@') }, async (tree) => {
    const set = { SOME_THING: '4.2' };
    expect(await understood(tree, { set })).toMatchObject({
      version: '4.2',
      packageVersion: '4.2',
    });
  });
});

test('init --force keeps the source name of the changelog', async () => {
  const files = {
    ...WITH_CONF,
    'debian/changelog': CHANGELOG.replace('foo', 'othername'),
    'debian/control': CONTROL.replace('Source: foo', 'Source: othername'),
  };
  await inTree(files, async (tree) => {
    await initialise(tree, {}, true);
    await initialise(tree);
    expect(await readFile(join(tree, 'debian/control'), 'utf8')).toMatch(/^Source: othername$/m);
  });
});
