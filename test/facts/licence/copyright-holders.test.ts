import { describe, expect, test } from 'vitest';
import { findCopyrights, formatHolder } from '../../../src/facts/licence/copyright-holders.ts';
import { formatYears, leadingYears } from '../../../src/facts/licence/years.ts';
import { sources } from '../../support/facts.ts';

function holders(text: string, path = 'a.c'): string[] {
  return findCopyrights(sources({ [path]: text })).all.map(formatHolder);
}

describe('lines of real drivers', () => {
  test.each([
    [' * Copyright (C) 2010-2014 Jane Doe <x@y.org>', '2010-2014 Jane Doe <x@y.org>'],
    ['/* Copyright (C) 2020 Jane Doe */', '2020 Jane Doe'],
    ['// Copyright (c) 2020 Jane Doe', '2020 Jane Doe'],
    ['# Copyright 2020 Jane Doe.', '2020 Jane Doe'],
    [' * Copyright(c) 2016 - 2017 Realtek Corporation.', '2016-2017 Realtek Corporation'],
    [
      ' * Copyright(c) 2009-2010 - 2017 Realtek Corporation.',
      '2009-2010, 2017 Realtek Corporation',
    ],
    [' * (c) 2013 Per Vices Corporation', '2013 Per Vices Corporation'],
    [' *	Copyright © Jan Engelhardt, 2006 - 2008', '2006-2008 Jan Engelhardt'],
    ['/* Copyright (c) 2010: Michal Kottman */', '2010 Michal Kottman'],
    [' * Copyright (c) 2001, 2002, 2005-2007 by Jane Doe', '2001-2002, 2005-2007 Jane Doe'],
    [' * © 2019 Jürgen Müller', '2019 Jürgen Müller'],
    [' * Copyright: 2015, Foo Inc.', '2015 Foo Inc.'],
    [' * Copyright (c) 2015-2016, Apple Inc. All rights reserved.', '2015-2016 Apple Inc.'],
    [' * Copyright (c) 2018 Foo GmbH, All Rights Reserved', '2018 Foo GmbH'],
    ['   Copyright (C) 2019-present Jane Doe', '2019-present Jane Doe'],
    [' * Copyright (C) 2019- Jane Doe', '2019-present Jane Doe'],
    [' * Copyright (C) 2019+ Jane Doe', '2019-present Jane Doe'],
    ['// SPDX-FileCopyrightText: 2019 Jane Doe <jane@x.org>', '2019 Jane Doe <jane@x.org>'],
    [
      ' * Copyright (c) 2007, 2008 Oracle and/or its affiliates. All rights reserved.',
      '2007-2008 Oracle and/or its affiliates',
    ],
    [' * Copyright (C) 2012 Jane Doe (jane@x.org)', '2012 Jane Doe <jane@x.org>'],
    ['Copyright (c) Jane Doe <jane@x.org> (https://jane.example)', 'Jane Doe <jane@x.org>'],
    [' * Copyright (C) 2012 Jane Doe, jane@x.org', '2012 Jane Doe <jane@x.org>'],
    [' * Copyright (C) 1999-01 Jane Doe', '1999-2001 Jane Doe'],
    [' * Portions Copyright (c) 2011 Jane Doe', '2011 Jane Doe'],
    ['#define C "Copyright (c) 1999-2008 Intel Corporation.\\n"', '1999-2008 Intel Corporation'],
    [' * Copyright (C) Jane Doe', 'Jane Doe'],
    [' * Copyright (C) 2020 Jane Doe <https://x.org>', '2020 Jane Doe'],
    [' * Copyright (C) 2020 Jane Doe, licensed under the GPL', '2020 Jane Doe'],
    [' * Copyright (C) 1997,8 Jane Doe', '1997-1998 Jane Doe'],
    [' * Copyright (C) 1996,98 Jane Doe', '1996, 1998 Jane Doe'],
    [' * (c) 2004,2005 Foo GmbH for the source code of', '2004-2005 Foo GmbH'],
    [' * Copyright (C) 2003 Jane Doe, <jane@x.org>', '2003 Jane Doe <jane@x.org>'],
    [' * Copyright (C) 2006 Jane Doe [jane@x.org]', '2006 Jane Doe <jane@x.org>'],
    [' * Copyright (C) 2014 Jane Doe (for concepts used in', '2014 Jane Doe'],
    [
      ' * Copyright 1988 Processing Board of the\n * Institute of Technology',
      '1988 Processing Board of the Institute of Technology',
    ],
  ])('%s', (line, expected) => {
    expect(holders(line)).toEqual([expected]);
  });

  test.each([
    'do not control copyright.  Those thus making or running the covered works\n',
    'the WIPO\nCopyright Treaty adopted on December 20, 1996, and/or similar agreements\n',
  ])('a sentence of a licence is not a notice: %s', (text) => {
    expect(holders(text, 'LICENSE')).toEqual([]);
  });

  test('"COPYRIGHTS, TRADE SECRETS" is not a notice', () => {
    expect(holders(' * OF COPYRIGHTS, TRADE SECRETS OR ANY PATENTS BY SUN RPC')).toEqual([]);
  });

  test.each([
    ' * The above copyright notice and this permission notice shall be included',
    ' * IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM',
    ' * must retain the copyright of the original',
    ' * see the file COPYRIGHT for details',
    ' * Copyright laws protect it',
    ' * (c) any other condition',
    'if (c) 2 + 2;',
    'Copyright (C) <year>  <name of author>',
    'Copyright [yyyy] [name of copyright owner]',
    ' * Copyright (C) 2020',
    'printf("Copyright %s");',
  ])('no holder in: %s', (line) => {
    expect(holders(line)).toEqual([]);
  });
});

test('a notice that continues on the next line', () => {
  expect(
    holders(' * Copyright (C) 2001 Jane Doe\n *               2003-2004 John Roe\n * 2 lines'),
  ).toEqual(['2001 Jane Doe', '2003-2004 John Roe']);
  expect(
    holders(' * Copyright (C) 2004-2008\n *   Samuel Jean & Nicolas Bouliane\n * This is prose'),
  ).toEqual(['2004-2008 Samuel Jean & Nicolas Bouliane']);
  expect(holders(' * Copyright (C) 2001 Jane Doe\n * This driver is fine')).toEqual([
    '2001 Jane Doe',
  ]);
});

test('several spellings and years of a holder are merged', () => {
  const { files, all } = findCopyrights(
    sources({
      'a.c': '// Copyright (C) 2010 Jane Doe\n// Copyright (C) 2012 Foo, Inc.',
      'b.c': '// Copyright (C) 2011-2013 jane doe <jane@x.org>.',
      'c.c': '// Copyright (C) 2016 Jane Doe',
      'd.c': '// Copyright (C) 2013 Foo Inc',
    }),
  );
  expect(all.map(formatHolder)).toEqual([
    '2010-2013, 2016 Jane Doe <jane@x.org>',
    '2012-2013 Foo, Inc.',
  ]);
  expect(files.get('d.c')?.map(formatHolder)).toEqual(['2013 Foo Inc']);
});

test('a licence text has no holder of its own, but an MIT notice has', () => {
  const text =
    'GNU GENERAL PUBLIC LICENSE\n Copyright (C) 1989, 1991 Free Software Foundation, Inc.\n';
  expect(holders(text, 'COPYING')).toEqual([]);
  expect(holders(text, 'scripts/tool.sh')).toEqual(['1989, 1991 Free Software Foundation, Inc.']);
  expect(holders('MIT License\n\nCopyright (c) 2019 Jane Doe\n', 'LICENSE')).toEqual([
    '2019 Jane Doe',
  ]);
});

test('two notices on one line are two holders', () => {
  const line = 'Copyright 2010 Jane Doe (jane@x.org); Modified work Copyright 2014 Foo Inc.';
  expect(holders(line)).toEqual(['2010 Jane Doe <jane@x.org>', '2014 Foo Inc.']);
});

test('a name cannot forge a field', () => {
  expect(holders('// Copyright 2020 Jane\rLicense: evil\u202e\u0007 x')).toEqual([
    '2020 Jane License: evil x',
  ]);
});

test.each([
  ['2001', '2001'],
  ['2001, 2002, 2003', '2001-2003'],
  ['2001-2003,2005', '2001-2003, 2005'],
  ['2001 and 2004', '2001, 2004'],
  ['1998–2000', '1998-2000'],
  ['2003-2001', '2001-2003'],
  ['2020-present', '2020-present'],
  ['20011', ''],
  ['1234', ''],
])('years %s: %s', (text, expected) => {
  expect(formatYears(leadingYears(`${text} Jane`).years)).toBe(expected);
});

test.each([
  ['ltmain.sh', '# Copyright (C) 1996-2015 Free Software Foundation, Inc.\n'],
  ['build-aux/config.guess', '#   Copyright 1992-2018 Free Software Foundation, Inc.\n'],
  [
    'configure',
    '#! /bin/sh\n# Generated by GNU Autoconf 2.69.\n# Copyright (C) 2012 Free Software Foundation, Inc.\n',
  ],
  [
    'Makefile.in',
    '# Makefile.in generated by automake 1.16\n# Copyright (C) 1994-2020 Free Software Foundation, Inc.\n',
  ],
  [
    'INSTALL',
    'Installation Instructions\n*************************\n\nCopyright (C) 1994 Free Software Foundation, Inc.\n',
  ],
])('files of autotools have no holder of the driver: %s', (path, text) => {
  expect(holders(text, path)).toEqual([]);
});

test('the holder of the Developer Certificate of Origin is not a holder of the driver', () => {
  const text =
    'Developer Certificate of Origin\nVersion 1.1\n\nCopyright (C) 2004, 2006 The Linux Foundation and its contributors.\n';
  expect(holders(text, 'CONTRIBUTING.md')).toEqual([]);
  expect(holders('// Copyright (c) 2020, The Linux Foundation. All rights reserved.\n')).toEqual([
    '2020 The Linux Foundation',
  ]);
});

test.each([
  ['Copyright (C) 2020 Foo, LLC. All rights', '2020 Foo, LLC.'],
  ['Copyright(c) 2020 Foo LLC.  All Rights Reserved.', '2020 Foo LLC.'],
  [
    'Copyright (C) 2011 Richard Cochran <rc@x.org> for some of the 82576 and 82580 code',
    '2011 Richard Cochran <rc@x.org>',
  ],
  ['(c) 2001 Dave Jones. (the file handling bit)', '2001 Dave Jones'],
  ['Copyright(c) Semiconductor - 2017 Realtek Corporation', 'Realtek Corporation'],
  [
    'Copyright (C) 2010 Michael Kurz michi.kurz (at) googlemail.com',
    '2010 Michael Kurz <michi.kurz@googlemail.com>',
  ],
  [
    'Copyright (C) 2003 Tom Marshall <tmarshall at real.com>',
    '2003 Tom Marshall <tmarshall@real.com>',
  ],
  [
    'Copyright 2005 Michael Haboustak <m@x.org> for Concept2, Inc',
    '2005 Michael Haboustak <m@x.org> for Concept2, Inc',
  ],
])('a holder without the text around the name: %s', (line, expected) => {
  expect(holders(`/* ${line}`)).toEqual([expected]);
});

test('a licence is not a holder', () => {
  expect(holders('Copyright: MIT\n// Copyright 2020 GPLv2\n')).toEqual([]);
});
