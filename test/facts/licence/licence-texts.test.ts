import { describe, expect, test } from 'vitest';
import {
  licenceOfNotice,
  licenceOfShortForm,
  licencesOfText,
  plainWords,
} from '../../../src/facts/licence/licence-texts.ts';
import { BSD2, BSD3, GPL2_ONLY, GPL2_OR_LATER, MIT } from '../../support/licence-notices.ts';

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

// Bug: a BSD text that names both kinds of use was taken for one that forbids commercial use.
test.each([
  'commercial and non-commercial use',
  'commercial or noncommercial purposes',
  'any commercial and/or non commercial use',
  'commercial use as well as for non-commercial use',
  'both non-commercial and commercial purposes',
])('BSD for %s', (use) => {
  const text = BSD2.replace(/(are)(\s+(?:[#*]\s+)?)(permitted)/, `$1$2$3 for ${use},`);
  expect(text).toContain(use);
  expect(licencesOfText(plainWords(text))).toEqual(['BSD-2-Clause']);
});

// Bug: debian/copyright had the text of BSD-2-clause for a licence that forbids changes.
test.each([
  'Redistribution and use in source and binary forms, without modification, are only permitted under the terms set forth herein.',
  'Redistribution and use in source and binary forms, without modification, are permitted provided that the following conditions are met:',
  'Redistribution and use in source and binary forms, with or without modification, are permitted for non-commercial purposes only.',
  'Redistribution and use in source and binary forms, with or without modification, are permitted for non commercial use. Commercial use needs a license.',
])('less than BSD: %s', (text) => {
  expect(licencesOfText(plainWords(text))).toEqual([]);
  expect(licenceOfNotice(plainWords(text))).toBeUndefined();
});
