import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askGit } from '../../system/git/run-git.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { Fact } from '../fact.ts';

/**
 * Returns a version for a tree that states no version. The result has the date and the hash of the last commit that
 * changed more than debian/ (`0~git20241121.1a2b3c4`), or the date of the newest file, but at most SOURCE_DATE_EPOCH
 * (`0~20241121`). This version sorts before every version that the project may release (deb-version(7)). Returns
 * undefined if no file has a date.
 */
export async function fallbackVersion(
  directory: string,
  sources: readonly SourceFile[],
  tracked: boolean,
): Promise<Fact<string> | undefined> {
  const commit = tracked ? await lastCommit(directory) : undefined;
  if (commit !== undefined) return commit;
  const times = await Promise.all(
    sources.map(({ path }) =>
      stat(join(directory, path)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const newest = times.reduce((latest, time) => Math.max(latest, time), 0);
  if (newest === 0) return undefined;
  // A file time after SOURCE_DATE_EPOCH is not used, because it is the time at which the file was unpacked
  // (reproducible-builds.org).
  const epoch = Number(process.env.SOURCE_DATE_EPOCH || Number.NaN) * 1000;
  const time = Number.isNaN(epoch) ? newest : Math.min(epoch, newest);
  const file = sources[times.indexOf(newest)]?.path ?? '';
  const whose = time < newest ? 'SOURCE_DATE_EPOCH' : `the newest file, ${file}`;
  return {
    value: `0~${new Date(time).toISOString().slice(0, 10).replaceAll('-', '')}`,
    from: `no version found; the date of ${whose}`,
    kind: 'snapshot',
  };
}

async function lastCommit(directory: string): Promise<Fact<string> | undefined> {
  const format = ['log', '-1', '--first-parent', '--date=format-local:%Y%m%d', '--format=%cd %H'];
  const said = await askGit(directory, [...format, '--', '.', ':(top,exclude)debian']);
  const [, day, commit] = /^(\d{8}) ([0-9a-f]{40,})$/.exec(said ?? '') ?? [];
  if (day === undefined || commit === undefined) return undefined;
  const short = commit.slice(0, 7);
  return {
    value: `0~git${day}.${short}`,
    from: `no version found; the last commit, ${short}`,
    kind: 'snapshot',
  };
}
