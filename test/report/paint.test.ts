import { expect, test } from 'vitest';
import { painter } from '../../src/report/paint.ts';

test('a style is set and ended, or nothing is added', () => {
  expect(painter(true)('red', 'no')).toBe('\u001b[31mno\u001b[39m');
  expect(painter(false)('red', 'no')).toBe('no');
});
