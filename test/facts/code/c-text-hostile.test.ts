import { expect, test } from 'vitest';
import { argumentAt } from '../../../src/facts/code/c-text.ts';
import { integerMacros } from '../../../src/facts/code/integer-macros.ts';
import { modaliasesOf } from '../../../src/facts/code/modaliases.ts';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { findCopyrights } from '../../../src/facts/licence/copyright-holders.ts';
import { findLicence } from '../../../src/facts/licence/licence.ts';
import { readReadme } from '../../../src/facts/project/readme.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { sources } from '../../support/facts.ts';

// Each made one of the readers take many seconds before they had their bounds.
test.each(['[', '[![', '"\\', '<h1>', '<h1 ', 'a\n\n', '(', '/*', '(c) 2001 ', 'Copyright 2001-'])(
  'a file full of %j costs no more than its length',
  async (unit) => {
    const text = unit.repeat(100_000 / unit.length);
    const time = await cpuTime(() => {
      readReadme(text);
      const files = sources({
        'a.c': `MODULE_VERSION(A);\n${text}\nMODULE_LICENSE(${text}`,
        'b.c': 'MODULE_LICENSE(MODULE_LICENSE(\n'.repeat(3000),
        LICENSE: text,
      });
      findLicence(files, readModuleMacros(files));
      findCopyrights(files);
    });
    expect(time).toBeLessThan(1500);
  },
);

test.each([
  ['of one name', (i: number) => `MODULE_DEVICE_TABLE(usb, t${i % 2});`],
  ['of many', (i: number) => `MODULE_DEVICE_TABLE(usb, x${i});`],
])('tables of devices %s', async (_, table) => {
  const devices = `struct usb_device_id t0[] = { ${'{ USB_DEVICE(1, 2) }, '.repeat(1000)} };\n`;
  const tables = Array.from({ length: 10_000 }, (_, i) => table(i)).join('\n');
  const files = sources({ 'a.c': devices + tables });
  const time = await cpuTime(() => {
    modaliasesOf(files);
  });
  expect(time).toBeLessThan(1500);
});

test('a header of numbers in a hundred folders is read in short time', async () => {
  const header = '#define A B\n#define B C\n#define C D\n#define D E\n#define E 0x1234\n';
  const copies = Array.from({ length: 100 }, (_, i) => [`${i}/ids.h`, header] as const);
  // Different words that come to the same, too.
  const others = copies.map(([path], i) => [`x${path}`, `#define A A${i}\n#define A${i} E\n`]);
  const files = sources(Object.fromEntries([...copies, ...others]));
  const time = await cpuTime(() => {
    expect(integerMacros(files)('A', 'a.c')).toBe(0x1234);
  });
  expect(time).toBeLessThan(1500);
});

// Bug: an argument without tokens had no limit.
test.each([
  [4000, true],
  [4001, false],
  [5000, false],
])('an argument of %i letters is read: %s', (length, isRead) => {
  const code = `(${'a'.repeat(length - 1)})`;
  expect(argumentAt(code, 0) !== undefined).toBe(isRead);
});
