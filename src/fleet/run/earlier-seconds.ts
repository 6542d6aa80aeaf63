import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { readAnyResults } from './results-file.ts';

/** More than the tasks of one plan (MOST_TASKS), each of which has a directory; what else lies there is not read. */
const MOST_DIRECTORIES = 250;

/**
 * Reads how long builds took whose results are in a directory of `run`, of whatever plan, by the name of the driver.
 * Builds that compiled nothing do not count. Results that cannot be read say nothing.
 */
export async function earlierSeconds(results: string): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>();
  const names = (await readdir(results).catch(() => [])).sort().slice(0, MOST_DIRECTORIES);
  for (const name of names) {
    const found = await readAnyResults(join(results, name)).catch((error: unknown) => {
      if (error instanceof InputError) return undefined;
      throw error;
    });
    for (const build of found?.builds ?? []) {
      if (build.status !== 'built' || build.cached === true) continue;
      appendTo(seconds, build.driver, build.seconds);
    }
  }
  return seconds;
}
