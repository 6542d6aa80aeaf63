import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapConcurrently } from '../../../src/system/process/concurrency.ts';

test.each([
  [1, 1],
  [3, 3],
  [100, 6],
  [Number.POSITIVE_INFINITY, 6],
  [0, 1],
  [2.7, 2],
  // Bug: a limit that is not a number started no work at all.
  [Number.NaN, 1],
])('limit %d: %d at a time, results in order', async (limit, expected) => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([5, 1, 4, 2, 3, 0], limit, async (item) => {
    most = Math.max(most, ++running);
    await sleep(item * 3);
    running--;
    return item * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6, 0]);
  expect(most).toBe(expected);
});

test('no items give no results', async () => {
  expect(await mapConcurrently([], 4, async (x) => x)).toEqual([]);
});

test('bug: the error came before the running calls had ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const mapping = mapConcurrently([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error('first');
    await sleep(50);
    ended.push(item);
    throw new Error('second');
  });
  await expect(mapping).rejects.toThrow('first');
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([1]);
});
