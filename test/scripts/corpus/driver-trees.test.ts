import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { kindOf, readDriverTree } from '../../../scripts/corpus/driver-trees.ts';
import { filledIn } from '../../../scripts/corpus/judge.ts';

const made: string[] = [];
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true });
});

async function treeOf(files: Readonly<Record<string, string>>): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'trees-'));
  made.push(parent);
  for (const [path, text] of Object.entries(files)) {
    const file = join(parent, 'owner+toy', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return join(parent, 'owner+toy');
}

const CONF = 'PACKAGE_NAME="toy"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME="toy"\n';

test('a driver’s dkms.conf and makefiles are found, the likely ones first', async () => {
  const tree = await readDriverTree(
    await treeOf({
      'debian/control': 'Source: toy\n',
      'debian/toy-dkms.dkms': CONF,
      'pkg/dkms.conf': CONF,
      'src/Makefile': 'obj-m := toy.o\n',
      'src/more/Kbuild': 'obj-$(CONFIG_TOY) += toy.o\n',
      Makefile: 'all:\n\t$(MAKE) -C src\n',
    }),
  );
  expect(tree).toMatchObject({
    name: 'owner/toy',
    kind: 'elsewhere',
    packaged: true,
    confs: ['pkg/dkms.conf', 'debian/toy-dkms.dkms'],
    makefiles: ['src', 'src/more'],
  });
});

test('a tree without dkms.conf', async () => {
  const tree = await readDriverTree(await treeOf({ Kbuild: 'obj-m += toy.o\n' }));
  expect(tree).toMatchObject({ kind: 'none', packaged: false, confs: [], makefiles: [''] });
});

test.each([
  ['root', 'dkms.conf', CONF],
  ['debian', 'debian/toy-dkms.dkms', CONF],
  ['template', 'dkms.conf.in', CONF.replace('1.0', '@VERSION@')],
  ['template', 'debian/toy-dkms.dkms', CONF.replace('1.0', '#MODULE_VERSION#')],
  ['template', 'dkms.conf', 'PACKAGE_NAME="toy"\nPACKAGE_VERSION=""\n'],
])('a dkms.conf of the kind %s: %s', (kind, file, text) => {
  expect(kindOf({ file, text })).toBe(kind);
});

test('a template is filled in for the real dkms', () => {
  const identity = { name: 'toy', version: '2.0' };
  expect(filledIn('PACKAGE_NAME="@NAME@"\nPACKAGE_VERSION="#VERSION#"\n', identity)).toBe(
    'PACKAGE_NAME="toy"\nPACKAGE_VERSION="2.0"\n\n',
  );
  expect(filledIn('BUILT_MODULE_NAME="toy"', identity)).toBe(
    'BUILT_MODULE_NAME="toy"\nPACKAGE_NAME="toy"\nPACKAGE_VERSION="2.0"\n',
  );
});
