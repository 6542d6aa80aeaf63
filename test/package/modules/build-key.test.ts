import { expect, test } from 'vitest';
import type { CmsSigner } from '../../../src/module/format/signature-cms.ts';
import {
  buildKeyFields,
  buildKeyOf,
  changedParts,
  digestOf,
  moduleSigners,
} from '../../../src/package/modules/build-key.ts';
import { sourcePart } from '../../../src/package/modules/key-options.ts';
import { helloDescription } from '../../support/module-build.ts';

const parts = {
  source: digestOf('source'),
  conf: digestOf('conf'),
  headers: digestOf('headers'),
  toolchain: digestOf('toolchain'),
  options: digestOf('options'),
};

test('every part changes the key, and Build-Inputs tells which one it was', () => {
  const before = buildKeyOf(parts);
  expect(before.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(changedParts(before.inputs, before.inputs)).toEqual([]);
  for (const name of ['source', 'conf', 'headers', 'toolchain', 'options'] as const) {
    const after = buildKeyOf({ ...parts, [name]: digestOf('other') });
    expect(after.key).not.toBe(before.key);
    expect(changedParts(before.inputs, after.inputs)).toEqual([name]);
  }
});

test('a value that is not in the form of Build-Inputs differs in all parts', () => {
  const { inputs } = buildKeyOf(parts);
  for (const text of ['', 'rubbish', 'source', '=']) {
    expect(changedParts(text, inputs)).toHaveLength(5);
  }
});

test('the key of the same parts is the same in every version of dkms-deb with this format', () => {
  const { key, inputs } = buildKeyOf(parts);
  expect(buildKeyFields({ key, inputs })).toEqual([
    ['Build-Key', 'sha256:a0f25882ae02549ea3d64fd82a91907e8ebdb7e6be0ef4716f7c881a25e6b07c'],
    ['Build-Inputs', inputs],
  ]);
  expect(buildKeyFields(undefined).map(([, value]) => value)).toEqual([undefined, undefined]);
});

test('what a package says about the driver is a part of its source; the maintainer is not', () => {
  const driver = helloDescription('1.0-1');
  const before = sourcePart('files', driver, 1);
  const other = { name: 'Somebody Else', email: 'else@example.org' };
  expect(sourcePart('files', { ...driver, maintainer: other }, 1)).toBe(before);
  const changed = [
    sourcePart('other files', driver, 1),
    sourcePart('files', driver, 2),
    sourcePart('files', { ...driver, version: '1.0-2' }, 1),
    sourcePart('files', { ...driver, synopsis: 'other' }, 1),
    sourcePart('files', { ...driver, copyright: 'other' }, 1),
    sourcePart('files', { ...driver, changelog: 'other' }, 1),
  ];
  expect(new Set([before, ...changed]).size).toBe(changed.length + 1);
});

test('Module-Signers names each signer once; it is missing for unsigned modules', () => {
  const signer = (keyId: string) => ({ keyId }) as CmsSigner;
  expect(moduleSigners([])).toBeUndefined();
  expect(moduleSigners([signer('b0'), signer('a1'), signer('b0')])).toBe('a1 b0');
});
