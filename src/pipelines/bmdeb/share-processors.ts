import { availableParallelism } from 'node:os';
import { UsageError } from '../../errors.ts';

/** How many kernels are built at a time, and the N of each one's `make -jN`. */
export interface Shares {
  readonly kernels: number;
  readonly jobs: number;
}

/**
 * Shares the processors among the builds of several kernels. A driver of few files keeps one
 * processor busy at best, so a few kernels more than processors (up to twice as many) are all built at
 * once: of two processors one would be idle while the last kernel is built. `--jobs` is kept to.
 * UsageError for what is no number of processors.
 */
export function shareProcessors(
  kernels: number,
  wanted: number | undefined,
  there: number = availableParallelism(),
): Shares {
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1)) {
    throw new UsageError('--jobs wants a number from 1 up');
  }
  const processors = wanted ?? there;
  const few = wanted === undefined && kernels <= 2 * processors;
  const atOnce = few ? kernels : Math.min(kernels, processors);
  return { kernels: atOnce, jobs: Math.max(1, Math.floor(processors / atOnce)) };
}
