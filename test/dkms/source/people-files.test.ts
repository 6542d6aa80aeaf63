import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { forPeople } from '../../../src/dkms/source/people-files.ts';
import { readSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test.each([
  ['AGENTS.md', 'AGENTS.md'],
  ['docs/CONTRIBUTING.rst', 'docs/CONTRIBUTING.rst'],
  ['.cray-obs-config.xml', '.cray-obs-config.xml'],
  ['nix/module.nix', 'nix'],
  ['tests/a/run.sh', 'tests'],
  ['toy-dkms-mkdeb/debian/control', 'toy-dkms-mkdeb'],
  ['toy-dkms-mkrpm.spec', 'toy-dkms-mkrpm.spec'],
  ['uninstall.sh', 'uninstall.sh'],
  ['format.sh', 'format.sh'],
  ['dkms-deb.yaml', 'dkms-deb.yaml'],
  ['README.md', undefined],
  ['COPYING', undefined],
  ['.version', undefined],
  ['.config', undefined],
  ['src/.hidden', undefined],
  ['src/tests/a.c', undefined],
  ['tests', undefined],
  ['security.c', undefined],
  ['installer.c', undefined],
])('forPeople(%s) is %s', (path, expected) => {
  expect(forPeople(path)).toBe(expected);
});

const DRIVER: Record<string, string> = {
  Makefile: 'obj-m := toy.o\n',
  'toy.c': '#include "toy.h"\n',
  'toy.h': '',
  'dkms.conf': 'PACKAGE_NAME=toy\n',
  'README.md': 'Run install.sh, read CONTRIBUTING.md, then run tests/run.sh\n',
  LICENSE: 'tests\n',
};
const PEOPLE: Record<string, string> = {
  'CONTRIBUTING.md': 'tests\n',
  'install.sh': './uninstall.sh\n',
  'uninstall.sh': './install.sh\n',
  'tests/run.sh': '',
  'tests/lib.h': '',
  'toy.spec': 'install.sh\n',
  '.hook': '',
};

async function packed(files: Record<string, string>): Promise<string[]> {
  return withTemporaryDirectory('test', async (root) => {
    for (const [path, text] of Object.entries({ ...DRIVER, ...PEOPLE, ...files })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const { entries, excluded } = await readSourceTree(root, { withPackaging: true });
    const paths = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
    expect(paths.filter((path) => excluded.includes(path))).toEqual([]);
    return paths.filter((path) => path in PEOPLE).sort();
  });
}

test('bug: files for developers were packed below /usr/src', async () => {
  expect(await packed({})).toEqual([]);
});

test('bug: files that debian/copyright mentions were packed', async () => {
  const files = { 'debian/copyright': 'Files: tests/*\n', 'debian/check-source': 'tests/*' };
  expect(await packed(files)).toEqual([]);
});

test.each<[string, Record<string, string>, string[]]>([
  ['a makefile', { Makefile: 'install:\n\t./install.sh\n' }, ['install.sh']],
  ['dkms.conf', { 'dkms.conf': 'POST_INSTALL="install.sh x"\n' }, ['install.sh']],
  ['a script', { 'gen.sh': '. tests/run.sh\n' }, ['tests/lib.h', 'tests/run.sh']],
  [
    'configure.ac',
    { 'configure.ac': 'AC_CONFIG_FILES([tests/x])' },
    ['tests/lib.h', 'tests/run.sh'],
  ],
  ['an #include', { 'toy.c': '#include "tests/lib.h"\n' }, ['tests/lib.h', 'tests/run.sh']],
  ['a variable', { Makefile: 'V := $(shell grep V $(NAME).spec)\n' }, ['toy.spec']],
  ['debian/*.docs', { 'debian/toy-dkms.docs': 'CONTRIBUTING.md\n' }, ['CONTRIBUTING.md']],
  [
    'debian/*.install',
    { 'debian/toy-dkms.install': 'tests/* usr/src/toy-1/tests/\n' },
    ['tests/lib.h', 'tests/run.sh'],
  ],
  [
    'a search',
    { Makefile: 'SRC := $(shell find . -name "*.c")\n' },
    ['tests/lib.h', 'tests/run.sh'],
  ],
  ['debian/ by other hands', { 'debian/control': 'Source: toy\n' }, Object.keys(PEOPLE).sort()],
])('a file that %s mentions is source', async (_, files, expected) => {
  expect(await packed(files)).toEqual(expected);
});
