import type { PlannedDriver } from './plan-document.ts';

/** By the name of a driver: how many seconds earlier builds took. Each number is for one kernel. */
export type MeasuredSeconds = ReadonlyMap<string, readonly number[]>;

/**
 * Returns how many seconds a build of a driver takes for one kernel: the median of earlier builds, else the estimate.
 * A busy machine or one odd kernel hardly changes the median.
 */
export function driverCost(estimate: number, measured: readonly number[]): PlannedDriver['cost'] {
  const sorted = [...measured].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined
    ? { seconds: estimate, builds: 0 }
    : { seconds: median, builds: sorted.length };
}
