import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { namesIn } from '../../system/files/names-in.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { TaskResults } from './results-document.ts';
import { RESULTS_FILE, readAnyResults } from './results-file.ts';

/**
 * The most directories that are read: the first ones by name. This is enough for ten plans, each with MOST_TASKS tasks.
 */
const MOST_DIRECTORIES = 2000;

/** Results in the directory `name` of a place. */
export interface ResultsBelow {
  readonly name: string;
  readonly directory: string;
  readonly results: TaskResults;
}

/**
 * Returns the results, of any plan, in the directories below `place`: in the directories `names`, or in all. Some are
 * left out with a warning: directories beyond the first `most` by name, and results that cannot be read. `unused` is
 * the end of the warning; it says what these results are not used for. Throws the errors of namesIn.
 */
export async function resultsBelow(
  place: string,
  unused: string,
  reporter: Pick<Reporter, 'warn'>,
  { names, most = MOST_DIRECTORIES }: { names?: readonly string[]; most?: number } = {},
): Promise<ResultsBelow[]> {
  const all: string[] = [];
  for (const name of names ?? (await namesIn(place)).sort()) {
    if (await hasResults(join(place, name))) all.push(name);
  }
  const beyond = all.length - most;
  if (beyond > 0) {
    reporter.warn(
      `${beyond} of ${all.length} directories of results in ${shownPath(place)} were not read, so ${unused}`,
      'Remove directories of results of other plans.',
    );
  }
  const found: ResultsBelow[] = [];
  const damaged: string[] = [];
  for (const name of all.slice(0, most)) {
    const directory = join(place, name);
    const results = await readableResults(directory);
    if (results === null) damaged.push(name);
    else if (results !== undefined) found.push({ name, directory, results });
  }
  if (damaged.length > 0) {
    reporter.warn(
      `the results of ${someNames(damaged)} in ${shownPath(place)} cannot be read, so ${unused}`,
      'Remove these directories, except those of tasks of the plan: these tasks run again.',
    );
  }
  return found;
}

/** Whether `directory` has a results.json. True also if that cannot be found out. */
function hasResults(directory: string): Promise<boolean> {
  return lstat(join(directory, RESULTS_FILE)).then(
    () => true,
    ({ code = '' }: NodeJS.ErrnoException) => !/^(?:ENOENT|ENOTDIR|ELOOP)$/.test(code),
  );
}

/**
 * Returns the results in a directory. Returns undefined if the directory has no results, and null if its results cannot
 * be read.
 */
async function readableResults(directory: string): Promise<TaskResults | undefined | null> {
  return readAnyResults(directory).catch((error: unknown) => {
    const isUnreadable = (error as NodeJS.ErrnoException).syscall !== undefined;
    if (error instanceof InputError || isUnreadable) return null;
    throw error;
  });
}
