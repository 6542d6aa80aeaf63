import { expect, test } from 'vitest';
import { decodePath, encodePath, isUnicode } from '../../../src/archive/bytes/path-bytes.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { Random } from '../../support/random.ts';

test('a name in UTF-8 is not changed', () => {
  for (const name of ['module.c', 'é漢😀', '\ufffd', '\ufeffx']) {
    expect(decodePath(Buffer.from(name))).toBe(name);
    expect(encodePath(name)).toEqual(Buffer.from(name));
  }
});

test('bytes that are not UTF-8 come back unchanged', () => {
  for (const hex of [
    'e9',
    '61e962',
    'c3',
    'eda080',
    'f0808080',
    'c3a9ff',
    'efbfbde9',
    'f4908080',
  ]) {
    const bytes = Buffer.from(hex, 'hex');
    expect(isUnicode(decodePath(bytes))).toBe(false);
    expect(encodePath(decodePath(bytes))).toEqual(bytes);
  }
});

test('any bytes at all come back unchanged', () => {
  const random = new Random(1);
  for (let index = 0; index < 2000; index++) {
    const bytes = random.bytes(random.below(12));
    if (!encodePath(decodePath(bytes)).equals(bytes)) expect.fail(bytes.toString('hex'));
  }
});

test('a surrogate that does not represent a byte is refused', async () => {
  const error = await errorOf(() => encodePath('a\ud800'));
  expect(error).toMatchObject({ code: 'path-encoding', hint: expect.stringContaining('UTF-8') });
});
