import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { readAnyResults } from './results-file.ts';

/** The most directories that are read. Each task of a plan has one directory, so the limit is above MOST_TASKS. */
const MOST_DIRECTORIES = 250;

/**
 * Returns the durations of earlier builds in seconds, as a list for each driver. The keys are the names of the drivers.
 * `results` is the output directory of `run`, and the builds may be of any plan. Only successful builds that compiled
 * modules count. Results that cannot be read are skipped.
 */
export async function earlierSeconds(results: string): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>();
  const names = (await readdir(results).catch(() => [])).sort().slice(0, MOST_DIRECTORIES);
  for (const name of names) {
    const found = await readAnyResults(join(results, name)).catch((error: unknown) => {
      const isUnreadable = (error as NodeJS.ErrnoException).syscall !== undefined;
      if (error instanceof InputError || isUnreadable) return undefined;
      throw error;
    });
    for (const build of found?.builds ?? []) {
      if (build.status !== 'built' || build.cached === true) continue;
      appendTo(seconds, build.driver, build.seconds);
    }
  }
  return seconds;
}
