// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell and makes' variables
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

type Files = Readonly<Record<string, string>>;

/** A driver whose dkms.conf (or template of one) says `version` and `name`. */
function tree(version: string, files: Files, { name = 'foo', conf = 'dkms.conf' } = {}): Files {
  return {
    [conf]: `PACKAGE_NAME="${name}"\nPACKAGE_VERSION="${version}"\nBUILT_MODULE_NAME[0]="foo"\nDEST_MODULE_LOCATION[0]="/updates"\n`,
    Makefile: 'obj-m := foo.o\n',
    'foo.c': 'MODULE_LICENSE("GPL");\nMODULE_VERSION("0.5");\n',
    ...files,
  };
}

async function readTree(files: Files) {
  return withTemporaryDirectory('test', async (parent) => {
    // A directory called foo-1.0 tells a version, too.
    const directory = join(parent, 'tree');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return readDriver(directory, referenceKernel(), {});
  });
}

describe('the tree’s install step gives the value of a placeholder', () => {
  const makefile = (step: string) => ({
    Makefile: `V := 3.1\nobj-m := foo.o\ninstall:\n\t${step}\n`,
  });
  test.each<[string, string, Files]>([
    ['sed', '@FOO@', makefile('sed s/@FOO@/$(V)/ dkms.conf.in > dkms.conf')],
    ['sed with quotes in both', '@FOO@', makefile(`sed 's/"@FOO@"/"$(V)"/' dkms.conf`)],
    [
      'sed of the directive',
      '@FOO@',
      makefile(`sed -i '/^PACKAGE_VERSION=/ s/=.*/="$(V)"/' dkms.conf`),
    ],
    [
      'the same of a sentence',
      'to be filled by make',
      makefile(`sed -i '/^PACKAGE_VERSION=/ s/=.*/="$(V)"/' dkms.conf`),
    ],
    [
      'sed of the whole line',
      '#FOO#',
      makefile(`sed -e 's|^PACKAGE_VERSION=.*|PACKAGE_VERSION="$(V)"|' dkms.conf`),
    ],
    [
      'sed with a group',
      '%VERSION%',
      makefile(`sed 's/\\(PACKAGE_VERSION=\\).*/\\1$(V)/' dkms.conf`),
    ],
    [
      'sed -E with a group',
      '{{ version }}',
      makefile(`sed -E 's/(PACKAGE_VERSION=").*"/\\1$(V)"/' dkms.conf`),
    ],
    [
      'several commands',
      '__VERSION__',
      makefile(`sed -e 's/__NAME__/foo/' -e 's/__VERSION__/$(V)/g' dkms.conf`),
    ],
    [
      'a script',
      '@FOO@',
      { 'install.sh': 'V=3.1\nsed -i "s/@FOO@/$V/" /usr/src/foo-$V/dkms.conf\n' },
    ],
    [
      'a script that knows the directive',
      'DKMS_VERSION',
      {
        'dkms-install.sh':
          'VER="3.1"\nsed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\\"${VER}\\"/" dkms.conf\n',
      },
    ],
    [
      'a long makefile',
      '@FOO@',
      {
        Makefile: `V := 3.1\nobj-m := foo.o\n${'# nothing\n'.repeat(2000)}install:\n\tsed s/@FOO@/$(V)/ dkms.conf\n`,
      },
    ],
    [
      'CMake’s project',
      '@PROJECT_VERSION@',
      { 'CMakeLists.txt': 'project(foo VERSION 3.1 LANGUAGES C)\n' },
    ],
    [
      'CMake’s set',
      '@FOO@',
      {
        'CMakeLists.txt':
          'set(MAJ 3)\nset(FOO "${MAJ}.1")\nconfigure_file(dkms.conf dkms.conf @ONLY)\n',
      },
    ],
    ['autoconf', '@VERSION@', { 'configure.ac': 'AC_INIT([foo], [3.1], [bugs@example.org])\n' }],
    [
      'autoconf’s AC_SUBST',
      '@FOO@',
      { 'configure.ac': 'AC_INIT(foo, 1)\nAC_SUBST([FOO], [3.1])\n' },
    ],
    [
      'autoconf’s m4_define',
      '@PACKAGE_VERSION@',
      { 'configure.ac': 'm4_define([my_version], [3.1])\nAC_INIT([foo], [my_version])\n' },
    ],
    [
      'meson',
      '@FOO@',
      {
        'meson.build':
          "project('foo', 'c', version: '3.1')\ncdata = configuration_data()\ncdata.set('FOO', meson.project_version())\n",
      },
    ],
    ['a .spec', '%{version}', { 'foo.spec': 'Name: foo\nVersion: 3.1\nRelease: 1\n' }],
    [
      'a macro of a .spec',
      '%{foover}',
      { 'foo.spec': '%define foover 3.1\nName: foo\nVersion: %{foover}\n' },
    ],
  ])('%s', async (_name, version, files) => {
    const driver = await readTree(tree(version, files));
    expect(driver.conf.version).toBe('3.1');
    expect(driver.conf.name).toBe('foo');
  });
});

// Bug: the beginning of the expression was taken for the version.
test('an expression of meson that goes on is unknown', async () => {
  const files = { 'meson.build': "project('foo', 'c')\ncdata.set('FOO', '3.1' + suffix)\n" };
  const { conf } = await readTree(tree('@FOO@', files));
  expect(conf.version).not.toMatch(/3\.1/);
});

describe('without an install step, the directive shows what a placeholder stands for', () => {
  test.each([
    '@FOO@',
    '#FOO#',
    '%{version}',
    '%VERSION%',
    '%%X%%',
    '__WHATEVER__',
    '{{ version }}',
    '$VERSION_PLACEHOLDER',
    '$(VERSION)',
    'DKMS_VERSION',
    'MY_OWN_VERSION',
    'to be filled by make',
    '<version>',
    'TBD',
    '@A@.@B@',
    '__PKG_VERSION__-__PKG_REVISION__',
    '',
  ])('PACKAGE_VERSION="%s" is filled with MODULE_VERSION', async (version) => {
    expect((await readTree(tree(version, {}))).conf.version).toBe('0.5');
  });

  test('without a version, the date of the newest file counts', async () => {
    const files = tree('@FOO@', { 'foo.c': 'MODULE_LICENSE("GPL");\n' });
    expect((await readTree(files)).conf.version).toMatch(/^0~20\d{6}$/);
  });

  test('a name from CMakeLists.txt', async () => {
    const files = { 'CMakeLists.txt': 'set(DRIVER_NAME bar)\nproject(baz)\n' };
    const driver = await readTree(
      tree('1.0', files, { name: '@DRIVER_NAME@', conf: 'dkms.conf.in' }),
    );
    expect(driver.conf.name).toBe('bar');
  });

  test('a name from a .spec file', async () => {
    const files = { 'bar.spec': 'Name: bar\nVersion: 3.1\n' };
    const driver = await readTree(tree('%{version}', files, { name: '%{name}' }));
    expect([driver.conf.name, driver.conf.version]).toEqual(['bar', '3.1']);
  });

  test('a placeholder for the destination gets /updates', async () => {
    const files = tree('1.0', {});
    const conf = files['dkms.conf']?.replace('/updates', '@WHERE@') ?? '';
    expect((await readTree({ ...files, 'dkms.conf': conf })).conf.modules).toHaveLength(1);
  });
});

test('a version that dkms accepts is not changed', async () => {
  for (const version of ['git', 'r119.abc', 'v1.2', '1.0@2', 'linux-6.7.y-1']) {
    expect((await readTree(tree(version, {}))).conf.version).toBe(version);
  }
});
