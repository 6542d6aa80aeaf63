import { expect, test } from 'vitest';
import { refuseFoundKeys } from '../../../src/dkms/source/private-key.ts';
import { DkmsDebError } from '../../../src/errors.ts';

function outputFor(count: number): readonly string[] {
  const found = Array.from({ length: count }, (_, i) => `key-${i}.pem`);
  try {
    refuseFoundKeys('/tree', found, []);
  } catch (error) {
    if (error instanceof DkmsDebError) return error.output;
    throw error;
  }
  throw new Error('no error');
}

test('the error for private keys names ten files beside the first one, and tells how many more there are', () => {
  expect(outputFor(1)).toEqual([]);
  expect(outputFor(11)).toHaveLength(10);
  expect(outputFor(11).at(-1)).toBe('/tree/key-10.pem');
  expect(outputFor(14).slice(-2)).toEqual(['/tree/key-10.pem', '… and 3 more']);
});
