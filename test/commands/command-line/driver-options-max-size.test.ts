import { expect, test } from 'vitest';
import { readMaxSize } from '../../../src/commands/command-line/driver-options.ts';

test.each([
  ['100', 100],
  ['2K', 2048],
  ['3m', 3 * 1024 ** 2],
  ['8GiB', 8 * 1024 ** 3],
  ['1TB', 1024 ** 4],
  [undefined, undefined],
])('--max-size %s', (text, bytes) => {
  expect(readMaxSize(text)).toBe(bytes);
});

test.each(['', '0', '1x', '-1', '1.5G', '1e9', '9'.repeat(40)])(
  '--max-size %j is not a size',
  (text) => {
    expect(() => readMaxSize(text)).toThrow('is not a size');
  },
);
