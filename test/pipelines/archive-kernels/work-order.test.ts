import { expect, test } from 'vitest';
import type { StoredKernel } from '../../../src/archives/kernels/archive-kernel.ts';
import { workOrder } from '../../../src/pipelines/archive-kernels/work-order.ts';

const SIZES: Readonly<Record<string, number>> = { common1: 11e6, common2: 12e6 };

function kernel(release: string, common: string, size: number, compiler = 'gcc-14'): StoredKernel {
  const parts = [common, release].map((sha256) => ({ sha256, size: SIZES[sha256] ?? size }));
  return { release, compiler, parts } as unknown as StoredKernel;
}

/** Returns the releases in their order. */
function ordered(
  kernels: readonly StoredKernel[],
  stored: readonly string[] = [],
  compilers: readonly string[] = [],
): (string | undefined)[] {
  return workOrder(kernels, {
    isStored: (sha256) => stored.includes(sha256),
    missingCompiler: ({ compiler }) => (compilers.includes(`${compiler}`) ? compiler : undefined),
  }).map(({ release }) => release);
}

test('kernels that share -common follow each other, the smallest download first', () => {
  const kernels = [
    kernel('2-amd64', 'common2', 4e6),
    kernel('1-rt', 'common1', 5e6),
    kernel('2-cloud', 'common2', 3e6),
    kernel('1-amd64', 'common1', 4e6),
  ];
  expect(ordered(kernels)).toEqual(['2-cloud', '2-amd64', '1-amd64', '1-rt']);
});

test('kernels of the store come first, also if only their -common is there', () => {
  const kernels = [kernel('1-amd64', 'common1', 4e6), kernel('2-amd64', 'common2', 4e6)];
  expect(ordered(kernels, ['common2', '2-amd64'])).toEqual(['2-amd64', '1-amd64']);
  expect(ordered(kernels, ['common2'])).toEqual(['2-amd64', '1-amd64']);
});

test('a kernel whose compiler must be fetched comes after those whose compiler is there', () => {
  const kernels = [
    kernel('2-amd64', 'common2', 4e6, 'gcc-16'),
    kernel('2-cloud', 'common2', 4e6, 'gcc-16'),
    kernel('1-amd64', 'common1', 9e6),
  ];
  expect(ordered(kernels, [], ['gcc-16'])).toEqual(['1-amd64', '2-amd64', '2-cloud']);
});

test('without a difference the order stays', () => {
  const kernels = ['c', 'a', 'b'].map((name) => kernel(name, 'common1', 1e6));
  expect(ordered(kernels, ['common1', 'a', 'b', 'c'])).toEqual(['c', 'a', 'b']);
});
