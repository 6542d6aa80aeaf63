import { describe, expect, test } from 'vitest';
import { builtSources } from '../../../src/facts/build/built-sources.ts';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { findLicence } from '../../../src/facts/licence/licence.ts';
import { sources } from '../../support/facts.ts';
import { BSD2 } from '../../support/licence-notices.ts';

const GPL_TEXT = 'GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n';
const ISC_TEXT =
  'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that\n';

function find(files: Record<string, string>, folder = '', location = '', name = 'foo') {
  const tree = sources(files);
  const modules = [{ name, location }];
  const built = builtSources(tree, { folder, modules, commands: [] });
  return findLicence(tree, readModuleMacros(tree), { folder, built });
}

describe('the main licence is that of the built files', () => {
  test('a LICENSE in prose at the top comes before the text of a folder', () => {
    const found = find({
      'foo.c': 'MODULE_LICENSE("GPL");',
      Makefile: 'obj-m := foo.o\n',
      LICENSE: 'This driver is licensed under the GNU General Public License, version 2.\n',
      'lib/LICENSE': ISC_TEXT,
      'lib/x.c': 'int x;',
    });
    expect(found.main).toEqual({ value: 'GPL-2.0-only', from: 'LICENSE' });
    expect(found.files.get('lib/x.c')).toEqual({
      value: 'ISC',
      from: 'lib/LICENSE',
      folderText: 'lib/LICENSE',
    });
    expect(found.doubts).toEqual([]);
  });

  test.each([
    'This code is subject to the GNU General Public License. See COPYING.',
    'This file is subject to the terms and conditions of the GNU General Public License. See the file COPYING in the main directory of this archive for more details.',
    'Licensed under the terms in ../COPYING',
  ])('a notice that names COPYING: %s', (notice) => {
    const found = find({
      'foo.c': `/* ${notice} */\nMODULE_LICENSE("GPL");`,
      Makefile: 'obj-m := foo.o\n',
      COPYING: GPL_TEXT,
      'test/a.c': BSD2,
      'test/b.c': BSD2,
      'test/c.c': BSD2,
    });
    expect(found.main?.value).toBe('GPL-2.0-only');
    expect(found.files.get('foo.c')?.value).toBe('GPL-2.0-only');
  });

  test('COPYING counts if the modules state nothing, whatever tests and tools state', () => {
    const files = { 'foo.c': 'int x;', Makefile: 'obj-m := foo.o\n', COPYING: GPL_TEXT };
    expect(find({ ...files, 'tools/a.c': BSD2, 'tools/b.c': BSD2 }).main).toEqual({
      value: 'GPL-2.0-only',
      from: 'COPYING',
    });
  });

  test('MODULE_LICENSE of another driver in the tree is ignored', () => {
    const found = find(
      {
        'a/foo.c': 'MODULE_LICENSE("Dual MIT/GPL");',
        'a/Makefile': 'obj-m := foo.o\n',
        'b/bar.c': 'MODULE_LICENSE("GPL");',
        'b/Makefile': 'obj-m := bar.o\n',
      },
      'a',
    );
    expect(found.main?.value).toBe('MIT OR GPL-2.0-only');
    expect(found.doubts).toEqual([]);
  });

  test('a contradiction is reported', () => {
    const found = find({
      'foo.c': '// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE("GPL");',
      Makefile: 'obj-m := foo.o\n',
      LICENSE: ISC_TEXT,
    });
    expect(found.main?.value).toBe('GPL-2.0-only');
    expect(found.doubts).toEqual([expect.stringContaining('LICENSE says ISC')]);
  });
});

describe('builtSources', () => {
  const built = (
    files: Record<string, string>,
    modules = [{ name: 'foo', location: '' }],
    commands: string[] = [],
  ) => [...builtSources(sources(files), { folder: '', modules, commands })].sort();

  test('objects of composite modules count, files that no makefile names do not', () => {
    const files = {
      Makefile: 'obj-m := foo.o\nfoo-y := a.o \\\n  hal/b.o # old.o\n',
      'a.c': '',
      'hal/b.c': '',
      'old.c': '',
      'tool.c': '',
    };
    expect(built(files)).toEqual(['a.c', 'hal/b.c']);
  });

  test('folders that a makefile leads to count, another driver beside them does not', () => {
    const files = {
      Kbuild: 'obj-y += core/\n',
      'core/Makefile': 'obj-m += foo.o\n',
      'core/foo.c': '',
      'alt/Makefile': 'obj-m += bar.o\n',
      'alt/bar.c': '',
    };
    expect(built(files, [{ name: 'foo', location: 'core' }])).toEqual(['core/foo.c']);
  });

  test('MAKE may change to a folder', () => {
    const files = {
      'src/Makefile': 'obj-m += foo.o\n',
      'src/foo.c': '',
      'test/x.c': '',
    };
    expect(built(files, [{ name: 'foo', location: 'src' }], ['make -C src'])).toEqual([
      'src/foo.c',
    ]);
  });

  test('a makefile that computes its objects stands for all files of its folder', () => {
    const files = {
      Makefile: 'obj-m := foo.o\nfoo-objs := $(patsubst %.c,%.o,$(wildcard *.c))\n',
      'a.c': '',
      'b.c': '',
      'test/t.c': '',
    };
    expect(built(files)).toEqual(['a.c', 'b.c']);
  });

  test('without a makefile, every C file but tests counts', () => {
    expect(built({ 'a.c': '', 'tests/t.c': '' })).toEqual(['a.c']);
  });
});
