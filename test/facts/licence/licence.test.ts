import { describe, expect, test } from 'vitest';
import { spdxToDep5 } from '../../../src/debian/spdx.ts';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { findLicence } from '../../../src/facts/licence/licence.ts';
import { sources } from '../../support/facts.ts';
import { BSD2, GPL2_ONLY, GPL2_OR_LATER, MIT } from '../../support/licence-notices.ts';

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

  test('the modules’ files count, not many headers of others', () => {
    const found = find({
      'main.c': `${GPL2_OR_LATER}\nMODULE_LICENSE("GPL");`,
      'amd/a.h': MIT,
      'amd/b.h': MIT,
      'amd/c.h': MIT,
    });
    expect(found.main?.value).toBe('GPL-2.0-or-later');
    expect([...found.files].map(([path, { value }]) => [path, value])).toEqual([
      ['main.c', 'GPL-2.0-or-later'],
      ['amd/a.h', 'MIT'],
      ['amd/b.h', 'MIT'],
      ['amd/c.h', 'MIT'],
    ]);
  });

  test('a licence text counts if the files state nothing; the README may add "or later"', () => {
    const files = { 'a.c': 'MODULE_LICENSE("GPL");', COPYING: gplText };
    expect(find(files).main).toEqual({ value: 'GPL-2.0-only', from: 'COPYING' });
    expect(find({ ...files, README: '## License\nGPLv2 or later.' }).main).toEqual({
      value: 'GPL-2.0-or-later',
      from: 'COPYING, README',
    });
  });

  test('bug: texts and exceptions of LICENSES/ counted as files with tags', () => {
    const found = find({
      'a.c': '// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE("GPL");',
      'LICENSES/dual/CDDL-1.0':
        'Valid-License-Identifier: CDDL-1.0\nUsage-Guide:\n  SPDX-License-Identifier: ($GPL-COMPATIBLE-ID OR CDDL-1.0)\nLicense-Text:\nCOMMON',
      'LICENSES/exceptions/Linux-syscall-note':
        'SPDX-Exception-Identifier: Linux-syscall-note\n  SPDX-License-Identifier: <SPDX-License> WITH Linux-syscall-note\n',
      'LICENSES/Foo.txt': 'text',
    });
    expect(found.main?.value).toBe('GPL-2.0-only');
    expect([...found.files.keys()]).toEqual(['a.c']);
    expect(found.doubts).toEqual([]);
    expect(found.texts).toEqual([
      { path: 'LICENSES/dual/CDDL-1.0', licences: ['CDDL-1.0'] },
      { path: 'LICENSES/Foo.txt', licences: ['Foo'] },
    ]);
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

  test('"only" wins if less than half of the files state "or later"', () => {
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

  test('two texts and a "Dual" module are a choice', () => {
    const found = find({
      'a.c': 'MODULE_LICENSE("Dual MIT/GPL");',
      COPYING: gplText,
      LICENSE: MIT,
    });
    expect(found.main?.value).toBe('MIT OR GPL-2.0-only');
    expect(found.doubts).toEqual([]);
  });

  test('"Dual BSD/GPL" does not name the BSD licence', () => {
    expect(find({ 'a.c': 'MODULE_LICENSE("Dual BSD/GPL");' }).doubts).toEqual([
      'a.c:1 MODULE_LICENSE does not say which BSD licence; BSD-3-Clause is the usual one',
    ]);
    const withText = find({ 'a.c': 'MODULE_LICENSE("Dual BSD/GPL");', 'LICENSE.BSD': BSD2 });
    expect(withText.main?.value).toBe('BSD-2-Clause');
  });

  test('without any statement there is no licence', () => {
    expect(find({ 'a.c': 'int x;', 'README.md': 'A driver.' }).main).toBeUndefined();
  });

  test('contradictions are reported', () => {
    expect(
      find({
        'a.c': '// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE("Proprietary");',
        LICENSE: MIT,
        'b.c': '// SPDX-License-Identifier: see LICENSE\n',
      }).doubts,
    ).toEqual([
      'b.c:1 SPDX-License-Identifier is not an SPDX expression: see LICENSE',
      'LICENSE says MIT, but a.c:1 SPDX-License-Identifier says GPL-2.0-only',
      'a.c:2 MODULE_LICENSE says LicenseRef-Proprietary, but a.c:1 SPDX-License-Identifier says GPL-2.0-only',
    ]);
    expect(
      find({ 'a.c': 'MODULE_LICENSE("GPL");', 'b.c': 'MODULE_LICENSE("Dual MIT/GPL");' }).doubts,
    ).toEqual(['a.c:1 MODULE_LICENSE is "GPL", but b.c:1 MODULE_LICENSE is "Dual MIT/GPL"']);
  });

  test('"or later" does not contradict the text of a later version', () => {
    const gpl3 = 'GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n';
    expect(find({ 'a.c': GPL2_OR_LATER, LICENSE: gpl3 }).doubts).toEqual([]);
    expect(find({ 'a.c': GPL2_ONLY, LICENSE: gpl3 }).doubts).toHaveLength(1);
  });

  test('a document that mentions a licence does not grant it, but a tag in it does', () => {
    const found = find({
      'docs/a.md': `${GPL2_OR_LATER}`,
      'docs/b.md': '<!-- SPDX-License-Identifier: MIT -->',
    });
    expect([...found.files.keys()]).toEqual(['docs/b.md']);
  });
});

test('a box around a tag is not a part of it', () => {
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

test('the file name in LICENSES/ names an unknown text', () => {
  const tree = sources({ 'LICENSES/CC-BY-SA-4.0.txt': 'Attribution-ShareAlike\n' });
  expect(findLicence(tree, []).texts).toEqual([
    { path: 'LICENSES/CC-BY-SA-4.0.txt', licences: ['CC-BY-SA-4.0'] },
  ]);
});
