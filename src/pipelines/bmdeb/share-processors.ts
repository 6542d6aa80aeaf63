import { availableParallelism } from 'node:os';
import { UsageError } from '../../errors.ts';

/** How many kernels are built at the same time, and the N of `make -jN` for each of them. */
export interface Shares {
  readonly kernels: number;
  readonly jobs: number;
}

/**
 * Shares the processors among the builds for several kernels. Up to twice as many kernels as processors are all
 * built at the same time: a small driver keeps one processor busy at best, and otherwise some would be idle
 * during the last build. With --jobs, never more kernels than jobs. Throws UsageError for a wrong --jobs.
 */
export function shareProcessors(
  kernels: number,
  wanted: number | undefined,
  available: number = availableParallelism(),
): Shares {
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1)) {
    throw new UsageError('--jobs needs a whole number of at least 1');
  }
  const processors = wanted ?? available;
  const few = wanted === undefined && kernels <= 2 * processors;
  const atOnce = few ? kernels : Math.min(kernels, processors);
  return { kernels: atOnce, jobs: Math.max(1, Math.floor(processors / atOnce)) };
}
