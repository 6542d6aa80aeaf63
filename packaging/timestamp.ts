import { InputError } from '../src/errors.ts';
import { sourceTimestamp } from '../src/package/timestamp.ts';
import { headCommit } from '../src/source/snapshot.ts';
import type { Release } from './releases.ts';

/**
 * The time of everything in the package, seconds: SOURCE_DATE_EPOCH, else the commit's date, else the
 * date of the latest release; any clone gives the same. InputError `no-time` where there is none.
 */
export async function packageTimestamp(
  project: string,
  releases: readonly Release[],
): Promise<number> {
  const commit = await headCommit(project);
  const timestamp = sourceTimestamp(commit?.time ?? releases[0]?.date ?? Number.NaN);
  if (!Number.isNaN(timestamp)) return timestamp;
  throw new InputError('no-time', 'nothing says of when this version is', {
    where: { file: project },
    hint: 'Package from a git clone, or set SOURCE_DATE_EPOCH.',
  });
}
