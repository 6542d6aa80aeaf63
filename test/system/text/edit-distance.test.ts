import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../src/system/text/edit-distance.ts';

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
