import { describe, expect, test } from 'vitest';
import { nearest } from '../../../src/system/text/nearest.ts';

describe('nearest', () => {
  const commands = ['init', 'build', 'bmdeb', 'bmdeb-sign', 'verify', 'info'];
  test.each([
    ['iint', 'init'],
    ['buidl', 'build'],
    ['bmdep', 'bmdeb'],
    ['verfiy', 'verify'],
    // A beginning of the word.
    ['ver', 'verify'],
    ['bmdeb-', 'bmdeb-sign'],
    ['deploy', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j was meant to be %j', (word, meant) => {
    expect(nearest(word, commands)).toBe(meant);
  });
});
