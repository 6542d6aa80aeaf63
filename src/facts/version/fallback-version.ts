import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askGit } from '../../system/process/run-git.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { Fact } from '../fact.ts';

/**
 * The version of a tree that tells none, as Debian counts snapshots of what was never released (deb-version(7),
 * `0~git20241121.1a2b3c4`): of the last commit that is more than packaging, else of the day of the newest file.
 * It sorts before every version that the project may give itself.
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
  // What is newer than the source's own date came with unpacking it (reproducible-builds.org, SOURCE_DATE_EPOCH).
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
