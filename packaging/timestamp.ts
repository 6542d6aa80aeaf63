import { headCommit, InputError, sourceTimestamp } from '../src/library.ts';
import type { Release } from './releases.ts';

/**
 * Returns the time of everything in the package, in seconds: SOURCE_DATE_EPOCH, else the date of the commit, else the
 * date of the latest release if there are no unreleased changes. So every clone gives the same time. Throws InputError
 * `no-time` if there is no such time.
 */
export async function packageTimestamp(
  project: string,
  releases: readonly Release[],
): Promise<number> {
  const commit = await headCommit(project);
  const timestamp = sourceTimestamp(commit?.time ?? releases[0]?.date ?? Number.NaN);
  if (!Number.isNaN(timestamp)) return timestamp;
  throw new InputError('no-time', 'the date of this version is unknown', {
    where: { file: project },
    hint: 'Package from a git clone, or set SOURCE_DATE_EPOCH.',
  });
}
