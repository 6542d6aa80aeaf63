import { expect, test } from 'vitest';
import { allLicences, dep5ToSpdx, licenseNames, spdxToDep5 } from '../../src/debian/spdx.ts';

test.each([
  ['GPL-2.0', 'GPL-2'],
  ['GPL-2.0-only', 'GPL-2'],
  ['GPL-2.0+', 'GPL-2+'],
  ['GPL-2.0-or-later', 'GPL-2+'],
  ['gpl-3.0-OR-LATER', 'GPL-3+'],
  ['GPL-1.0-or-later', 'GPL-1+'],
  ['LGPL-2.1-only', 'LGPL-2.1'],
  ['LGPL-2.1-or-later', 'LGPL-2.1+'],
  ['LGPL-2.0', 'LGPL-2'],
  ['AGPL-3.0-only', 'AGPL-3'],
  ['GFDL-1.2-only', 'GFDL-1.2'],
  ['MIT', 'Expat'],
  ['BSD-2-Clause', 'BSD-2-clause'],
  ['bsd-3-clause', 'BSD-3-clause'],
  ['ISC', 'ISC'],
  ['Apache-2.0', 'Apache-2.0'],
  ['CC0-1.0', 'CC0-1.0'],
  ['X11', 'X11'],
  ['LicenseRef-Foo', 'LicenseRef-Foo'],
  ['GPL-2.0 OR BSD-2-Clause', 'GPL-2 or BSD-2-clause'],
  ['(GPL-2.0 OR MIT)', 'GPL-2 or Expat'],
  ['GPL-2.0 WITH Linux-syscall-note', 'GPL-2 with Linux-syscall-note exception'],
  [
    '((GPL-2.0+ WITH Linux-syscall-note) OR Linux-OpenIB)',
    'GPL-2+ with Linux-syscall-note exception or Linux-OpenIB',
  ],
  ['MIT AND ISC', 'Expat and ISC'],
  ['MIT OR ISC AND Zlib', 'Expat or ISC and Zlib'],
  ['MIT OR (ISC AND Zlib)', 'Expat or ISC and Zlib'],
  ['MIT OR (ISC OR Zlib)', 'Expat or ISC or Zlib'],
  ['(MIT OR ISC) AND Zlib', 'Expat or ISC, and Zlib'],
  ['Zlib AND (MIT OR ISC)', 'Zlib, and Expat or ISC'],
  ['mit or isc', 'Expat or ISC'],
])('%s', (expression, license) => {
  expect(spdxToDep5(expression)).toBe(license);
});

test.each([
  '',
  'GPL v2',
  'GPL-2.0 OR',
  'OR MIT',
  '(MIT',
  'MIT)',
  'MIT WITH',
  'MIT WITH OR',
  'MIT ISC',
  'Dual BSD/GPL',
  'MIT OR ((ISC OR Zlib) AND X11)',
])('%j is not an SPDX expression', (expression) => {
  expect(spdxToDep5(expression)).toBeUndefined();
});

test.each([
  ['GPL-2', ['GPL-2']],
  ['GPL-2 or BSD-2-clause, and Expat', ['GPL-2', 'BSD-2-clause', 'Expat']],
  [
    'GPL-2+ with Linux-syscall-note exception or GPL-2+ or GPL-2+',
    ['GPL-2+ with Linux-syscall-note exception', 'GPL-2+'],
  ],
  ['', []],
])('licenseNames(%j)', (license, names) => {
  expect(licenseNames(license)).toEqual(names);
});

test.each([
  ['GPL-2', 'GPL-2.0-only'],
  ['GPL-2+', 'GPL-2.0-or-later'],
  ['LGPL-2.1+', 'LGPL-2.1-or-later'],
  ['Expat', 'MIT'],
  ['BSD-2-clause', 'BSD-2-Clause'],
  ['ISC', 'ISC'],
  ['Zlib', 'Zlib'],
  ['X11', 'X11'],
  ['GPL-2 or BSD-2-clause', 'GPL-2.0-only OR BSD-2-Clause'],
  ['GPL-2+ or Expat, and ISC', '(GPL-2.0-or-later OR MIT) AND ISC'],
  ['GPL-2 with Linux-syscall-note exception', 'GPL-2.0-only WITH Linux-syscall-note'],
  ['GPL-2 and Expat', 'GPL-2.0-only AND MIT'],
  ['FIXME (unknown)', undefined],
  ['see the file COPYING', undefined],
  ['', undefined],
  ['%(touch pwned)', undefined],
])('License: %s is the SPDX expression %s', (license, expected) => {
  expect(dep5ToSpdx(license)).toBe(expected);
  if (expected !== undefined) expect(spdxToDep5(expected)).toBe(license);
});

test.each([
  [['GPL-2.0-only OR MIT'], 'GPL-2.0-only OR MIT'],
  [['GPL-2.0-only OR MIT', 'ISC', 'ISC'], '(GPL-2.0-only OR MIT) AND ISC'],
  [['ISC', 'ISC'], 'ISC'],
])('%j all apply: %s', (expressions, expected) => {
  expect(allLicences(expressions)).toBe(expected);
});
