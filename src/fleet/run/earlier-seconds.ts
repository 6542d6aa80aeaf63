import { appendTo } from '../../system/text/append-to.ts';
import { earlierDirectory, resultsBelow } from './set-aside.ts';

/**
 * Returns the durations of earlier builds in seconds, as a list for each driver. The keys are the names of the drivers.
 * `output` is the output directory of `run`, and the builds may be of any plan. Only successful builds that compiled
 * modules count. Results that cannot be read are skipped.
 */
export async function earlierSeconds(output: string): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>();
  const all = [
    ...(await resultsBelow(output)),
    ...(await resultsBelow(earlierDirectory(output))),
  ].flatMap(({ results }) => results.builds);
  // A task that was taken over is in both directories.
  const counted = new Set<string>();
  for (const build of all) {
    const { driver, kernel, key } = build;
    if (build.status !== 'built' || build.cached === true) continue;
    const id = JSON.stringify([driver, kernel, key, build.seconds]);
    if (counted.has(id)) continue;
    counted.add(id);
    appendTo(seconds, driver, build.seconds);
  }
  return seconds;
}
