import type { PlannedDriver } from './plan-document.ts';

/** By the name of a driver: the seconds that earlier builds took, each for one kernel. */
export type MeasuredSeconds = ReadonlyMap<string, readonly number[]>;

/**
 * Returns what a driver costs for one kernel: the median of what its earlier builds took, so that a busy machine or one
 * odd kernel does not matter; without such builds the estimate.
 */
export function driverCost(estimate: number, measured: readonly number[]): PlannedDriver['cost'] {
  const sorted = [...measured].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined
    ? { seconds: estimate, builds: 0 }
    : { seconds: median, builds: sorted.length };
}
