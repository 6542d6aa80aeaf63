import { expect, test } from 'vitest';
import { spdxToDep5 } from '../../../src/debian/spdx.ts';
import { buildTools } from '../../../src/facts/build/build-tools.ts';
import { modaliasesOf } from '../../../src/facts/code/modaliases.ts';
import { architectureOf, machineOf } from '../../../src/kernel/architecture.ts';
import { globExpression } from '../../../src/system/files/glob.ts';
import { installHint } from '../../../src/system/process/programs.ts';
import { lookUp } from '../../../src/system/text/look-up.ts';
import { sources } from '../../support/facts.ts';
import { confWith, lintFiles } from '../../support/lint-a-tree.ts';

test('finds own properties of the table', () => {
  expect(lookUp({ a: 1 }, 'a')).toBe(1);
  expect(lookUp({ a: 1 }, 'b')).toBeUndefined();
});

test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
  'a name of Object.prototype is not a known word: %s',
  async (word) => {
    expect(lookUp({}, word)).toBeUndefined();
    const table = `struct usb_device_id t[] = { { USB_DEVICE(1, 2) }, { } }; MODULE_DEVICE_TABLE(${word}, t);`;
    expect(modaliasesOf(sources({ 'a.c': table }))).toEqual([]);
    expect(buildTools([`${word} && make`], [])).toEqual([]);
    expect(architectureOf(word)).toBeUndefined();
    expect(machineOf(word)).toBe(word);
    expect(spdxToDep5(word) ?? word).toBe(word);
    expect(installHint(word)).toContain(`provides ${word}`);
    expect(globExpression(`[[:${word}:]]`).test('j')).toBe(false);
    const findings = await lintFiles({ 'dkms.conf': confWith(`${word}="1"`) });
    expect(findings).toEqual([]);
  },
);
