import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import type { TaskResults } from './results-document.ts';
import { readAnyResults } from './results-file.ts';

/** The directory for results of other plans, in the output directory of `run`. No id of a task is this word. */
const EARLIER = 'earlier';
/**
 * The most directories that are read, by their names: those of several plans, each with at most MOST_TASKS tasks.
 * Further directories are not read.
 */
const MOST_DIRECTORIES = 2000;

/** Returns the directory into which setAside moves results. */
export function earlierDirectory(output: string): string {
  return join(output, EARLIER);
}

/**
 * Moves results of other plans out of the way, from the output directory of `run` into its directory `earlier`. There
 * they replace results of a directory with the same name. If `names` is given, only these directories are moved.
 * Returns the names of the directories that were moved.
 */
export async function setAside(
  output: string,
  plan: string,
  names?: readonly string[],
): Promise<string[]> {
  const moved: string[] = [];
  for (const name of names ?? (await directoriesIn(output))) {
    const directory = join(output, name);
    const results = await readableResults(directory);
    if (results === undefined || results.plan === plan) continue;
    const target = join(earlierDirectory(output), name);
    await makeDirectory(earlierDirectory(output));
    await rm(target, { recursive: true, force: true });
    await rename(directory, target);
    moved.push(name);
  }
  return moved;
}

/** Returns the readable results in the directories below `place`, with the paths of these directories. */
export async function resultsBelow(
  place: string,
): Promise<{ readonly directory: string; readonly results: TaskResults }[]> {
  const found = [];
  for (const name of await directoriesIn(place)) {
    const directory = join(place, name);
    const results = await readableResults(directory);
    if (results !== undefined) found.push({ directory, results });
  }
  return found;
}

async function directoriesIn(place: string): Promise<string[]> {
  return (await readdir(place).catch(() => [])).sort().slice(0, MOST_DIRECTORIES);
}

/** Returns the results in a directory, of any plan. Returns undefined if there are none, or if they cannot be read. */
async function readableResults(directory: string): Promise<TaskResults | undefined> {
  return readAnyResults(directory).catch((error: unknown) => {
    const isUnreadable = (error as NodeJS.ErrnoException).syscall !== undefined;
    if (error instanceof InputError || isUnreadable) return undefined;
    throw error;
  });
}
