import { describe, expect, test } from 'vitest';
import { spdxToDep5 } from '../../../src/debian/spdx.ts';
import { filesByLicence, findLicence } from '../../../src/generate/facts/licence.ts';
import {
  licenceOfNotice,
  licenceOfShortForm,
  licencesOfText,
  plainWords,
} from '../../../src/generate/facts/licence-texts.ts';
import { readModuleMacros } from '../../../src/generate/facts/module-macros.ts';
import { licenceIds, normaliseSpdx, spdxTag } from '../../../src/generate/facts/spdx.ts';
import { sources } from './helpers.ts';

const GPL2_OR_LATER = `/*
 * This program is free software; you can redistribute it and/or modify it
 * under the terms of the GNU General Public License as published by the Free
 * Software Foundation; either version 2 of the License, or (at your option)
 * any later version.
 */`;
const GPL2_ONLY = `/* This program is free software; you can redistribute it and/or modify it
 * under the terms of version 2 of the GNU General Public License as
 * published by the Free Software Foundation. */`;
const MIT = `# Permission is hereby granted, free of charge, to any person obtaining a
# copy of this software and associated documentation files`;
const BSD2 = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:
1. Redistributions of source code must retain the above copyright notice
2. Redistributions in binary form must reproduce the above copyright notice`;
const BSD3 = `${BSD2}
3. Neither the name of Intel Corporation nor the names of its contributors`;

describe('notices', () => {
  test.each([
    ['GPL-2.0-or-later', GPL2_OR_LATER],
    ['GPL-2.0-only', GPL2_ONLY],
    // xt_CHAOS.c: "any later version" before the foundation.
    [
      'GPL-2.0-or-later',
      '*	modify it under the terms of the GNU General Public License; either\n *	version 2 of the License, or any later version, as published by the\n *	Free Software Foundation.',
    ],
    [
      'GPL-2.0-only',
      'it under the terms of the GNU General Public License version 2 as\n * published by the Free Software Foundation.',
    ],
    ['GPL-3.0-or-later', 'the GNU General Public License (GPL) version 3 or later.'],
    ['GPL-3.0-only', ' * This code is licensed under the GPLv3\n '],
    ['GPL-2.0-only', 'Released under the GPL v2.'],
    [
      'LGPL-2.1-or-later',
      'under the terms of the GNU Lesser General Public License as published by the Free Software Foundation; either version 2.1 of the License, or (at your option) any later version.',
    ],
    ['MIT', MIT],
    ['BSD-2-Clause', BSD2],
    ['BSD-3-Clause', BSD3],
    [
      'GPL-2.0-only OR BSD-3-Clause',
      `Alternatively, this software may be distributed under the terms of the\nGNU General Public License ("GPL") version 2 as published by the FSF.\n${BSD3}`,
    ],
    [
      'GPL-2.0-only OR BSD-3-Clause',
      `This file is provided under a dual BSD/GPLv2 license.  When using or redistributing this file, you may do so under either license.\n${BSD3}`,
    ],
    [
      'GPL-2.0-only OR Linux-OpenIB',
      `This software is available to you under a choice of one of two licenses. You may choose to be licensed under the terms of the GNU General Public License (GPL) Version 2, or the OpenIB.org BSD license below:\n${BSD2}`,
    ],
    ['Apache-2.0', 'Licensed under the Apache License, Version 2.0 (the "License");'],
    [
      'MPL-2.0',
      'This Source Code Form is subject to the terms of the Mozilla Public\n// License, v. 2.0.',
    ],
    [
      'ISC',
      'Permission to use, copy, modify, and/or distribute this software for any\n * purpose with or without fee is hereby granted, provided that the above',
    ],
    [
      'CDDL-1.0',
      'subject to the terms of the\n * Common Development and Distribution License (the "License").',
    ],
    // The GPL of no version says which licence, not which one.
    [undefined, 'under the terms of the GNU General Public License.'],
    [undefined, 'int main(void) { return 0; } /* see the license */'],
  ])('%s', (expected, notice) => {
    expect(licenceOfNotice(plainWords(notice))).toBe(expected);
  });
});

describe('licence texts', () => {
  const gpl2 =
    '                    GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991\n\n Copyright (C) 1989, 1991 Free Software Foundation, Inc.\n';
  const appendix = 'either version 2 of the License, or\n    (at your option) any later version.';
  test.each([
    // The appendix tells how to grant later versions; it grants nothing.
    ['GPL-2.0-only', gpl2 + appendix],
    ['GPL-2.0-or-later', `${GPL2_OR_LATER}\n${gpl2}${appendix}`],
    [
      'GPL-3.0-only',
      'GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n … GNU Affero General Public License',
    ],
    ['LGPL-3.0-only', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007'],
    ['LGPL-2.1-only', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999'],
    ['MIT', `MIT License\n\nCopyright (c) 2020 Jane\n\n${MIT.replaceAll('# ', '')}`],
    [
      'Apache-2.0',
      '   Apache License\n   Version 2.0, January 2004\n   http://www.apache.org/licenses/',
    ],
    ['BSD-3-Clause', BSD3],
    [
      'MPL-2.0',
      'Mozilla Public License Version 2.0\n==================================\n\n1. Definitions',
    ],
    ['', 'All rights reserved.'],
  ])('%s', (expected, text) => {
    expect(licencesOfText(plainWords(text)).join()).toBe(expected);
  });
});

test.each([
  ['GPLv2', 'GPL-2.0-only'],
  ['GPLv2+', 'GPL-2.0-or-later'],
  ['GPL-2.0 or later', 'GPL-2.0-or-later'],
  ['GNU GPL version 3', 'GPL-3.0-only'],
  ['GNU General Public License v2.0', 'GPL-2.0-only'],
  ['LGPL v2.1 or any later', 'LGPL-2.1-or-later'],
  ['the MIT License', 'MIT'],
  ['Apache 2.0', 'Apache-2.0'],
  ['3-clause BSD', 'BSD-3-Clause'],
  ['GPL', undefined],
  ['GPLv20', undefined],
])('short form %s: %s', (text, expected) => {
  expect(licenceOfShortForm(plainWords(text))).toBe(expected);
});

describe('SPDX', () => {
  test.each([
    ['GPL-2.0', 'GPL-2.0-only'],
    ['GPL-2.0+', 'GPL-2.0-or-later'],
    ['GPL-2.0-or-later', 'GPL-2.0-or-later'],
    ['gpl-2.0-only', 'GPL-2.0-only'],
    ['GPL-2.0 WITH Linux-syscall-note', 'GPL-2.0-only WITH Linux-syscall-note'],
    ['(GPL-2.0 OR MIT)', 'GPL-2.0-only OR MIT'],
    [
      '((GPL-2.0 WITH Linux-syscall-note) OR MIT)',
      '((GPL-2.0-only WITH Linux-syscall-note) OR MIT)',
    ],
    ['GPL-2.0 or BSD-3-Clause', 'GPL-2.0-only OR BSD-3-Clause'],
    ['GPL v2', 'GPL-2.0-only'],
    ['GPLv2 or later', 'GPL-2.0-or-later'],
    ['LicenseRef-Proprietary', 'LicenseRef-Proprietary'],
    ['GPL-2.0 MIT', undefined],
    ['see LICENSE file', undefined],
    ['(MIT', undefined],
    ['', undefined],
  ])('%s: %s', (tag, expected) => {
    expect(normaliseSpdx(tag)).toBe(expected);
  });

  test.each([
    ['// SPDX-License-Identifier: GPL-2.0\n', 'GPL-2.0'],
    ['/* SPDX-License-Identifier: GPL-2.0-only */', 'GPL-2.0-only'],
    ['#!/bin/sh\n# SPDX-License-Identifier: MIT\r\n', 'MIT'],
    ['<!-- SPDX-License-Identifier: MIT -->', 'MIT'],
    ['# SPDX-License-Identifier:', undefined],
  ])('the tag of %j', (text, expected) => {
    expect(spdxTag(text)?.expression).toBe(expected);
  });

  test('ids of an expression', () => {
    expect(licenceIds('(GPL-2.0-only WITH Linux-syscall-note) OR MIT AND MIT')).toEqual([
      'GPL-2.0-only',
      'MIT',
    ]);
  });
});

describe('findLicence', () => {
  const find = (files: Record<string, string>) => {
    const tree = sources(files);
    return findLicence(tree, readModuleMacros(tree));
  };
  const gplText = 'GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n';

  test('an SPDX tag of the module', () => {
    const found = find({
      'a.c': '// SPDX-License-Identifier: GPL-2.0+\nMODULE_LICENSE("GPL");',
      LICENSE: gplText,
    });
    expect(found.main).toEqual({
      value: 'GPL-2.0-or-later',
      from: 'a.c:1 SPDX-License-Identifier',
    });
    expect(found.doubts).toEqual([]);
    expect(found.texts).toEqual([{ path: 'LICENSE', licences: ['GPL-2.0-only'] }]);
  });

  test('the modules’ files before many headers of others', () => {
    const found = find({
      'main.c': `${GPL2_OR_LATER}\nMODULE_LICENSE("GPL");`,
      'amd/a.h': MIT,
      'amd/b.h': MIT,
      'amd/c.h': MIT,
    });
    expect(found.main?.value).toBe('GPL-2.0-or-later');
    expect([...filesByLicence(found)]).toEqual([
      ['GPL-2.0-or-later', ['main.c']],
      ['MIT', ['amd/a.h', 'amd/b.h', 'amd/c.h']],
    ]);
  });

  test('a licence text where the files say nothing; "or later" of the README', () => {
    const files = { 'a.c': 'MODULE_LICENSE("GPL");', COPYING: gplText };
    expect(find(files).main).toEqual({ value: 'GPL-2.0-only', from: 'COPYING' });
    expect(find({ ...files, README: '## License\nGPLv2 or later.' }).main).toEqual({
      value: 'GPL-2.0-or-later',
      from: 'COPYING, README',
    });
  });

  test.each([
    ['GPL', 'GPL-2.0-only'],
    ['GPL v2', 'GPL-2.0-only'],
    ['GPL and additional rights', 'GPL-2.0-only'],
    ['Dual MIT/GPL', 'MIT OR GPL-2.0-only'],
    ['Dual BSD/GPL', 'BSD-3-Clause OR GPL-2.0-only'],
    ['Proprietary', 'LicenseRef-Proprietary'],
  ])('MODULE_LICENSE("%s") alone: %s', (module, expected) => {
    const found = find({ 'a.c': `MODULE_LICENSE("${module}");` });
    expect(found.main).toEqual({ value: expected, from: 'a.c:1 MODULE_LICENSE' });
    expect(spdxToDep5(expected)).toBeDefined();
  });

  test('"or later" is not lent to files that did not say it, where hands are split', () => {
    const found = find({
      'a.c': GPL2_OR_LATER,
      'b.c': GPL2_OR_LATER,
      'c.c': GPL2_ONLY,
      'd.c': 'int x;',
      'e.c': 'int y;',
    });
    expect(found.main).toEqual({ value: 'GPL-2.0-only', from: '3 of 5 C files' });
    expect(found.files.get('a.c')?.value).toBe('GPL-2.0-or-later');
  });

  test('two texts beside a "Dual" module are its choice', () => {
    const found = find({
      'a.c': 'MODULE_LICENSE("Dual MIT/GPL");',
      COPYING: gplText,
      LICENSE: MIT,
    });
    expect(found.main?.value).toBe('MIT OR GPL-2.0-only');
    expect(found.doubts).toEqual([]);
  });

  test('"Dual BSD/GPL" does not say which BSD', () => {
    expect(find({ 'a.c': 'MODULE_LICENSE("Dual BSD/GPL");' }).doubts).toEqual([
      'a.c:1 MODULE_LICENSE does not say which BSD licence; BSD-3-Clause is the usual one',
    ]);
    const withText = find({ 'a.c': 'MODULE_LICENSE("Dual BSD/GPL");', 'LICENSE.BSD': BSD2 });
    expect(withText.main?.value).toBe('BSD-2-Clause');
  });

  test('nothing tells', () => {
    expect(find({ 'a.c': 'int x;', 'README.md': 'A driver.' }).main).toBeUndefined();
  });

  test('contradictions are said', () => {
    expect(
      find({
        'a.c': '// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE("Proprietary");',
        LICENSE: MIT,
        'b.c': '// SPDX-License-Identifier: see LICENSE\n',
      }).doubts,
    ).toEqual([
      'b.c:1 SPDX-License-Identifier is no SPDX expression: see LICENSE',
      'LICENSE says MIT, but a.c:1 SPDX-License-Identifier GPL-2.0-only',
      'a.c:2 MODULE_LICENSE says LicenseRef-Proprietary, but a.c:1 SPDX-License-Identifier GPL-2.0-only',
    ]);
    expect(
      find({ 'a.c': 'MODULE_LICENSE("GPL");', 'b.c': 'MODULE_LICENSE("Dual MIT/GPL");' }).doubts,
    ).toEqual(['a.c:1 MODULE_LICENSE is "GPL", but b.c:1 MODULE_LICENSE is "Dual MIT/GPL"']);
  });

  test('"or later" with the text of a later one is no contradiction', () => {
    const gpl3 = 'GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n';
    expect(find({ 'a.c': GPL2_OR_LATER, LICENSE: gpl3 }).doubts).toEqual([]);
    expect(find({ 'a.c': GPL2_ONLY, LICENSE: gpl3 }).doubts).toHaveLength(1);
  });

  test('a document that mentions a licence grants none; a tag in it does', () => {
    const found = find({
      'docs/a.md': `${GPL2_OR_LATER}`,
      'docs/b.md': '<!-- SPDX-License-Identifier: MIT -->',
    });
    expect([...found.files.keys()]).toEqual(['docs/b.md']);
  });
});

test('a box around a tag is not of it', () => {
  const { files, doubts } = findLicence(
    sources({ 'a.cpp': '| SPDX-License-Identifier: GPL-2.0-or-later          |\n' }),
    [],
  );
  expect([...files.values()].map(({ value }) => value)).toEqual(['GPL-2.0-or-later']);
  expect(doubts).toEqual([]);
});

test('OpenAFS is under the IBM Public License', () => {
  const text =
    '/* This software has been released under the terms of the IBM Public\n * License.  For details, see the LICENSE file */\n';
  expect(findLicence(sources({ 'a.c': text }), []).main?.value).toBe('IPL-1.0');
});

test('LICENSES/ names texts that nobody else knows', () => {
  const tree = sources({ 'LICENSES/CC-BY-SA-4.0.txt': 'Attribution-ShareAlike\n' });
  expect(findLicence(tree, []).texts).toEqual([
    { path: 'LICENSES/CC-BY-SA-4.0.txt', licences: ['CC-BY-SA-4.0'] },
  ]);
});
