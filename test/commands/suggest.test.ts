import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/commands/suggest.ts';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['', 'init', 4],
    ['init', 'init', 0],
    ['int', 'init', 1],
    ['iinit', 'init', 1],
    ['inot', 'init', 1],
    ['iint', 'init', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j is %i, both ways', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const commands = ['init', 'build', 'bmdeb', 'bmdeb-sign', 'verify', 'info'];
  test.each([
    ['iint', 'init'],
    ['buidl', 'build'],
    ['bmdep', 'bmdeb'],
    ['verfiy', 'verify'],
    // Begun, not mistyped.
    ['ver', 'verify'],
    ['bmdeb-', 'bmdeb-sign'],
    ['deploy', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j was meant to be %j', (word, meant) => {
    expect(nearest(word, commands)).toBe(meant);
  });
});
