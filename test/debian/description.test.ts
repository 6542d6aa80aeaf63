import { describe, expect, test } from 'vitest';
import { formatField } from '../../src/debian/control-field.ts';
import { formatDescription, tidySynopsis, withSuffix } from '../../src/debian/description.ts';

describe('formatDescription', () => {
  test('wraps paragraphs, keeps verbatim lines, indents lists', () => {
    const long = 'word '.repeat(30).trim();
    const value = formatDescription('driver for x', [
      long,
      'Supported:\n* one device\n- another\n  verbatim  text\nand more',
      '',
      `* ${long}`,
    ]);
    const text = formatField('Description', value);
    expect(text).toBe(
      [
        'Description: driver for x',
        ` ${'word '.repeat(15).trim()}`,
        ` ${'word '.repeat(15).trim()}`,
        ' .',
        ' Supported:',
        '  * one device',
        '  - another',
        '   verbatim  text',
        ' and more',
        ' .',
        `  * ${'word '.repeat(15).trim()}`,
        `    ${'word '.repeat(15).trim()}`,
        '',
      ].join('\n'),
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(79);
  });

  test('joins several empty lines in a paragraph', () => {
    expect(formatDescription('s', ['a\n\n\nb\n'])).toBe('s\na\n\nb');
  });

  test.each(['', ' ', 'x'.repeat(81), 'a\nb'])('refuses the synopsis %j', (synopsis) => {
    expect(() => formatDescription(synopsis, [])).toThrow(
      expect.objectContaining({ code: 'synopsis' }),
    );
  });
});

test.each([
  ['  A driver   for\nx. ', '', 'driver for x'],
  ['The Linux driver', '', 'Linux driver'],
  ['Driver for Realtek chips', '', 'driver for Realtek chips'],
  ['Realtek 8812AU driver...', '', 'Realtek 8812AU driver'],
  ['zfs: a file system', 'zfs', 'file system'],
  ['zfs - file system', 'zfs', 'file system'],
  ['zfs file system', 'zfs', 'zfs file system'],
  ['USB and PCI', '', 'USB and PCI'],
  ['V4L2 loopback', 'v4l2loopback', 'V4L2 loopback'],
  [`${'word '.repeat(15)}for a very long thing`, '', 'word '.repeat(15).trim()],
  ['x'.repeat(100), '', 'x'.repeat(80)],
  ['...', '', ''],
  ['', '', ''],
])('tidySynopsis(%j, %j)', (text, packageName, synopsis) => {
  expect(tidySynopsis(text, packageName)).toBe(synopsis);
});

test.each([
  // adv-17v35x-dkms for the rt kernel: 81 characters.
  [
    'Advantech PCIe specific serial driver for ADV17V35X',
    ' (modules for 6.1.0-56-rt-amd64)',
    'Advantech PCIe specific serial driver (modules for 6.1.0-56-rt-amd64)',
  ],
  ['drivers, tools etc.', ' (DKMS)', 'drivers, tools etc. (DKMS)'],
])('withSuffix(%j, %j)', (synopsis, suffix, whole) => {
  expect(withSuffix(synopsis, suffix)).toBe(whole);
});
