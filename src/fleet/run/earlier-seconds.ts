import { SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { resultsBelow } from './results-below.ts';
import { earlierDirectory } from './set-aside.ts';

/**
 * Returns the durations of earlier builds in seconds, as a list for each driver. The keys are the names of the drivers.
 * `output` is the output directory of `run`, and the builds may be of any plan. Only successful builds that compiled
 * modules count. Warns of results that are not read (resultsBelow).
 */
export async function earlierSeconds(
  output: string,
  reporter: Pick<Reporter, 'warn'>,
): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>();
  const unused = 'how long their builds took is not known';
  // The durations only divide the builds into tasks. So a directory that cannot be read stops no plan.
  const readBelow = (place: string) =>
    resultsBelow(place, unused, reporter).catch((error: unknown) => {
      if (!(error instanceof SystemError)) throw error;
      reporter.warn(`${shownPath(place)}: ${error.message}, so ${unused}`);
      return [];
    });
  const all = [
    ...(await readBelow(output)),
    ...(await readBelow(earlierDirectory(output))),
  ].flatMap(({ results }) => results.builds);
  // A task that was taken over is in `output` and in `earlier`.
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
