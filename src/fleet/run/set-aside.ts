import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { resultsBelow } from './results-below.ts';

/** The directory for results of other plans, in the output directory of `run`. No task has this id. */
const EARLIER = 'earlier';
/** The most directories of one name in `earlier`: NAME, NAME.2, NAME.3 … */
const MOST_OF_NAME = 5;

/** Names of directories that were moved into `earlier`, and of directories that were removed there. */
export interface SetAside {
  readonly moved: readonly string[];
  readonly removed: readonly string[];
}

/** Returns the directory into which setAside moves results. */
export function earlierDirectory(output: string): string {
  return join(output, EARLIER);
}

/**
 * Moves results of other plans from the output directory of `run` into its directory `earlier`. `earlier` keeps several
 * directories of one name (NAME, NAME.2 …), because a later plan may be equal to an earlier one. If there would be more
 * than MOST_OF_NAME of them, the oldest is removed. If `names` is given, only these directories are moved. Other runs
 * of the same plan may do this at the same time.
 */
export async function setAside(
  output: string,
  plan: string,
  reporter: Pick<Reporter, 'warn'>,
  names?: readonly string[],
): Promise<SetAside> {
  const moved: string[] = [];
  const removed: string[] = [];
  const chosen = names === undefined ? {} : { names };
  const unused = 'they stay there if they are of another plan';
  for (const { name, directory, results } of await resultsBelow(output, unused, reporter, chosen)) {
    if (results.plan === plan) continue;
    await makeDirectory(earlierDirectory(output));
    // There is one place more than MOST_OF_NAME, so that a directory can be moved before the oldest one is removed.
    const places = Array.from({ length: MOST_OF_NAME + 1 }, (_, at) =>
      join(earlierDirectory(output), at === 0 ? name : `${name}.${at + 1}`),
    );
    let place = await moveTo(places, directory);
    if (place === 'full') {
      await removeOldest(places);
      place = await moveTo(places, directory);
    }
    if (place === undefined || place === 'full') continue;
    moved.push(name);
    if (await removeOldest(places, place)) removed.push(name);
  }
  return { moved, removed };
}

/**
 * Moves a directory to the first of these places that is free, and returns the place. Returns 'full' if no place is
 * free. Returns undefined if the directory does not exist any more, because another run has moved it.
 */
async function moveTo(
  places: readonly string[],
  directory: string,
): Promise<string | 'full' | undefined> {
  for (const place of places) {
    if ((await lstat(place).catch(() => undefined)) !== undefined) continue;
    try {
      await rename(directory, place);
      return place;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      // Another run has taken this place in between.
      if (!/^(?:ENOTEMPTY|EEXIST|ENOTDIR)$/.test(code)) throw error;
    }
  }
  return 'full';
}

/** If all of these places exist, removes the oldest one, but never `except`. Returns whether all of them exist. */
async function removeOldest(places: readonly string[], except?: string): Promise<boolean> {
  let oldest: { readonly place: string; readonly time: number } | undefined;
  for (const place of places) {
    const found = await lstat(place).catch(() => undefined);
    if (found === undefined) return false;
    if (place === except || (oldest !== undefined && found.mtimeMs >= oldest.time)) continue;
    oldest = { place, time: found.mtimeMs };
  }
  if (oldest !== undefined) await rm(oldest.place, { recursive: true, force: true });
  return true;
}
