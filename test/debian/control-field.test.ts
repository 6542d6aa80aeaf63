import { describe, expect, test } from 'vitest';
import {
  formatField,
  formatStanza,
  isFieldName,
  listValue,
} from '../../src/debian/control-field.ts';

describe('formatField', () => {
  test.each([
    ['simple', 'dkms-deb', 'F: dkms-deb\n'],
    ['blanks around', '  a  ', 'F: a\n'],
    ['empty', '', 'F:\n'],
    ['folded', 'a,\n        b', 'F: a,\n         b\n'],
    ['first line empty', '\na,\nb', 'F:\n a,\n b\n'],
    ['an empty line', 'synopsis\none\n\ntwo', 'F: synopsis\n one\n .\n two\n'],
    ['a blank line', 'synopsis\n \t \ntwo', 'F: synopsis\n .\n two\n'],
    ['a dot', 'synopsis\n.\n..', 'F: synopsis\n ..\n ...\n'],
    ['newlines at the end', 'a\nb\n\n', 'F: a\n b\n'],
    ['verbatim lines', 'a\n  code', 'F: a\n   code\n'],
    ['a forged field', 'x\nEssential: yes', 'F: x\n Essential: yes\n'],
    ['a forged paragraph', 'x\n\nPackage: evil', 'F: x\n .\n Package: evil\n'],
    ['a comment', 'x\n# y', 'F: x\n # y\n'],
  ])('%s', (_, value, text) => {
    expect(formatField('F', value)).toBe(text);
  });

  test.each([
    'a\rEssential: yes',
    'a\u0000',
    'a\u001b[2J',
    'a\u0085b',
    'a\u2028b',
    'a\u000bb',
    'a\fb',
  ])('refuses %j', (value) => {
    expect(() => formatField('F', value)).toThrow(
      expect.objectContaining({ code: 'control-character' }),
    );
  });

  test.each(['', 'a b', 'a:', '#a', '-a', 'a\n', 'é'])('refuses the name %j', (name) => {
    expect(isFieldName(name)).toBe(false);
    expect(() => formatField(name, 'x')).toThrow(expect.objectContaining({ code: 'field-name' }));
  });

  test.each(['Package', 'X-Python3-Version', 'a', '!', 'F#-'])('accepts the name %j', (name) => {
    expect(isFieldName(name)).toBe(true);
  });
});

test.each([
  [['a'], 'Depends: a\n'],
  [['a', 'b | c'], 'Depends:\n a,\n b | c\n'],
  [[], 'Depends:\n'],
])('listValue %j', (items, text) => {
  expect(formatField('Depends', listValue(items))).toBe(text);
});

describe('formatStanza', () => {
  test('keeps the order and leaves out empty fields', () => {
    expect(
      formatStanza([
        ['Package', 'x'],
        ['Depends', undefined],
        ['Suggests', ' \n'],
        ['Description', 'y\nz'],
      ]),
    ).toBe('Package: x\nDescription: y\n z\n');
  });

  test('refuses a duplicate field', () => {
    const twice = [
      ['Package', 'x'],
      ['package', 'y'],
    ] as const;
    expect(() => formatStanza(twice)).toThrow(expect.objectContaining({ code: 'duplicate-field' }));
  });
});
