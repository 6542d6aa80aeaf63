import { describe, expect, test } from 'vitest';
import { licenceIds, normaliseSpdx, spdxTag } from '../../../src/facts/licence/spdx-tags.ts';

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
