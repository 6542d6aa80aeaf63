import { expect, test } from 'vitest';
import { refuseTwice } from '../../../src/driver/derive/refuse-twice.ts';
import { ConfError } from '../../../src/errors.ts';

const source = (path: string, text: string) => ({ path, text, kind: 'other', size: 1 }) as const;
const SOURCES = [
  source('Makefile', 'obj-m := a/ b/\n'),
  source('a/Makefile', 'obj-m := kb.o\n'),
  source('b/Kbuild', 'obj-m := kb.o\n'),
];
const build = (folders: readonly string[]) => ({
  sourceRoot: '',
  modules: folders.map((folder) => ({ name: 'kb', folder })),
  make: undefined,
  from: '',
  asked: [],
});

test('bug: one module made in two folders: the error names the two makefiles of the tree', () => {
  const refuse = () => refuseTwice('/tree', build(['a', 'b']), SOURCES);
  expect(refuse).toThrow(ConfError);
  expect(refuse).toThrow('kb is made by a/Makefile and by b/Kbuild');
  expect(refuse).toThrow(expect.objectContaining({ where: { file: '/tree/a/Makefile' } }));
});

test('bug: the place of a module that no makefile at the top names is the tree', () => {
  const refuse = () =>
    refuseTwice('/tree', build(['', 'b']), [source('b/Kbuild', 'obj-m := kb.o')]);
  expect(refuse).toThrow('kb is made by the tree and by b/Kbuild');
  expect(refuse).toThrow(expect.objectContaining({ where: { file: '/tree' } }));
});

test('a single folder may have any name', () => {
  refuseTwice('/tree', build(['a']), SOURCES);
});
