import { availableParallelism } from 'node:os';
import { UsageError } from '../../errors.ts';

/** How many builds for kernels run at the same time, and the number for `make -jN` in each. */
export interface Shares {
  readonly kernels: number;
  readonly jobs: number;
}

/**
 * Shares the processors among the builds for several kernels. Without --jobs (`wanted`), and with at most twice as many
 * kernels as processors, all builds run at the same time: a small driver uses no more than one processor, and some
 * processors would have nothing to do during the last build. With --jobs, there are never more builds at the same time
 * than jobs. Throws UsageError for a --jobs that is not a whole number of at least 1.
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
