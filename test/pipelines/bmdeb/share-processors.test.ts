import { expect, test } from 'vitest';
import { shareProcessors } from '../../../src/pipelines/bmdeb/share-processors.ts';

test.each([
  // kernels, --jobs, processors: kernels at a time, jobs of each make
  [1, undefined, 2, 1, 2],
  [1, undefined, 8, 1, 8],
  [2, undefined, 8, 2, 4],
  [3, undefined, 8, 3, 2],
  [3, undefined, 2, 3, 1],
  [4, undefined, 2, 4, 1],
  [5, undefined, 2, 2, 1],
  [30, undefined, 16, 30, 1],
  [40, undefined, 16, 16, 1],
  [4, 2, 8, 2, 1],
  [4, 1, 8, 1, 1],
  [2, 6, 2, 2, 3],
])('%i kernels, --jobs %s, %i processors: %i at a time with make -j%i', (...row) => {
  const [kernels, wanted, there, atOnce, jobs] = row;
  expect(shareProcessors(kernels, wanted, there)).toEqual({ kernels: atOnce, jobs });
});

test.each([0, -1, 1.5, Number.NaN])('--jobs %s', (wanted) => {
  expect(() => shareProcessors(1, wanted)).toThrow('--jobs needs a whole number of at least 1');
});
