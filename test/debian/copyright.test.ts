import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filePattern, formatCopyright } from '../../src/debian/copyright.ts';
import { readCopyright } from '../support/read-copyright.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'GPL-2': 'gpl\n\n  two\n',
  Expat: '\n\nfree\r\n\tof charge\f\n',
  note: 'syscalls',
};
const texts = (name: string) => TEXTS[name];

const COPYRIGHT = {
  upstreamName: 'hello',
  upstreamContact: ['A <a@b>', 'https://x'],
  source: 'https://example.org/hello',
  files: [
    { patterns: ['*'], copyright: ['2019-2024 Jörg', '2020 B'], license: 'GPL-2 or Expat' },
    {
      patterns: ['src/a.c', 'src/b?c.h'],
      copyright: ['C'],
      license: 'Own and GPL-2',
      comment: 'see\n\nREADME',
    },
  ],
  licenses: [{ name: 'Own', text: 'mine' }],
};
const TEXT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: hello
Upstream-Contact: A <a@b>
                  https://x
Source: https://example.org/hello

Files: *
Copyright: 2019-2024 Jörg
           2020 B
License: GPL-2 or Expat

Files: src/a.c
       src/b?c.h
Copyright: C
License: Own and GPL-2
Comment: see
 .
 README

License: GPL-2
 gpl
 .
   two

License: Expat
 free
         of charge

License: Own
 mine
`;

describe('formatCopyright', () => {
  test('writes every part', () => {
    expect(formatCopyright(COPYRIGHT, texts)).toBe(TEXT);
  });

  test('the text of a licence with an exception has both texts', () => {
    const files = [{ patterns: ['*'], copyright: ['A'], license: 'GPL-2 with note exception' }];
    expect(formatCopyright({ files }, texts)).toContain(
      'License: GPL-2 with note exception\n gpl\n .\n   two\n .\n syscalls\n',
    );
  });

  test.each(['X11', 'GPL-2 with other exception', 'X11 with note exception'])(
    '%s has no text',
    (license) => {
      const files = [{ patterns: ['*'], copyright: ['A'], license }];
      expect(() => formatCopyright({ files }, texts)).toThrow(
        expect.objectContaining({ code: 'license-text' }),
      );
    },
  );

  test.each([
    { patterns: [], copyright: ['A'], license: 'GPL-2' },
    { patterns: ['*'], copyright: [], license: 'GPL-2' },
    { patterns: ['*'], copyright: ['A'], license: ' ' },
  ])('refuses %j', (files) => {
    expect(() => formatCopyright({ files: [files] }, texts)).toThrow(
      expect.objectContaining({ code: 'copyright-format' }),
    );
  });

  test('a holder cannot forge a paragraph', () => {
    const files = [
      { patterns: ['*'], copyright: ['A\n\nFiles: x\nLicense: Expat'], license: 'GPL-2' },
    ];
    expect(readCopyright(formatCopyright({ files }, texts)).files).toHaveLength(1);
  });
});

test.each([
  ['src/a.c', 'src/a.c'],
  ['a b\tc', 'a?b?c'],
  ['what?*\\', 'what\\?\\*\\\\'],
])('filePattern(%j)', (path, pattern) => {
  expect(filePattern(path)).toBe(pattern);
});

test.each([
  'GPL-1',
  'GPL-1+',
  'GPL-2',
  'GPL-2+',
  'GPL-3',
  'GPL-3+',
  'LGPL-2',
  'LGPL-2+',
  'LGPL-2.1',
  'LGPL-2.1+',
  'LGPL-3',
  'LGPL-3+',
  'Apache-2.0',
  'MPL-1.1',
  'MPL-2.0',
  'Expat',
  'BSD-2-clause',
  'BSD-3-clause',
  'ISC',
  '0BSD',
  'Zlib',
  'CC0-1.0',
  'Linux-OpenIB',
  'Linux-syscall-note',
])('templates/licenses/%s.txt fits into a copyright file', (name) => {
  const text = readFileSync(
    new URL(`../../templates/licenses/${name}.txt`, import.meta.url),
    'utf8',
  );
  const files = [{ patterns: ['*'], copyright: ['A'], license: name }];
  const written = formatCopyright({ files }, () => text);
  expect(readCopyright(written).licenses).toEqual([{ name, text: text.trimEnd() }]);
  for (const line of written.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(79);
});
