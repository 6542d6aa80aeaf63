import { expect, test } from 'vitest';
import { didYouMean } from '../../../src/system/text/did-you-mean.ts';

test('the question names the similar candidate, and there is none without one', () => {
  expect(didYouMean('trixe', ['trixie', 'sid'])).toBe('Did you mean trixie? ');
  expect(didYouMean('ruls', new Set(['rules']), '--')).toBe('Did you mean --rules? ');
  expect(didYouMean('trixe', new Map([['trixie', 1]]).keys())).toBe('Did you mean trixie? ');
  expect(didYouMean('zzz', ['trixie'])).toBe('');
});
