import { mkdtempSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachePlace } from '../../system/files/cache-place.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import {
  registerTemporary,
  releaseTemporary,
  temporaryParent,
} from '../../system/process/cleanup.ts';
import { roomIn } from '../../system/process/no-room.ts';
import { compiledObjects } from './make-log.ts';

export interface BuildName {
  /** NAME-VERSION of the driver. */
  readonly driver: string;
  readonly release: string;
}

/**
 * Runs `work` with the path of a log file for one build, `<driver>-<release>.log`, and with the number of objects that
 * an earlier build of the same driver compiled. The number is undefined if the logs do not show it. The log is in
 * $XDG_CACHE_HOME/dkms-deb/log (by default below ~/.cache), and the next build of the same name replaces it. If this
 * directory cannot be written, or has no room, the log is in a new temporary directory, where symbolic links of other
 * users can do no harm. The temporary directory is removed after a success. After a failure the log stays, because the
 * error names it.
 */
export async function withBuildLog<T>(
  { driver, release }: BuildName,
  work: (file: string, expected: number | undefined) => Promise<T>,
): Promise<T> {
  const name = `${driver}-${release}.log`;
  const expected = await earlierObjects(name, `${driver}-`);
  const kept = await startInCache(name);
  return kept === undefined
    ? withTemporaryLog(name, (file) => work(file, expected))
    : work(kept, expected);
}

/** The most bytes of an earlier log that are read. A larger log is not used. */
const MOST_LOG_BYTES = 4 * 1024 * 1024;

/**
 * Returns the number of compiled objects in the log `name`, or else in the newest log of the same driver that has such
 * a number. Reads at most five logs.
 */
async function earlierObjects(name: string, driver: string): Promise<number | undefined> {
  const directory = cachePlace('log');
  const names = (await readdir(directory).catch(() => [])).filter(
    (one) => one.startsWith(driver) && one.endsWith('.log'),
  );
  const dated = await Promise.all(
    names.map(async (one) => {
      const { mtimeMs } = await stat(join(directory, one)).catch(() => ({ mtimeMs: 0 }));
      return { one, rank: one === name ? Number.POSITIVE_INFINITY : mtimeMs };
    }),
  );
  for (const { one } of dated.sort((a, b) => b.rank - a.rank).slice(0, 5)) {
    const log = await readTreeFile(join(directory, one), MOST_LOG_BYTES).catch(() => undefined);
    const objects = log && compiledObjects(log.toString('utf8'));
    if (objects !== undefined) return objects;
  }
  return undefined;
}

/**
 * The free space, in bytes, that a log needs. With less, make could fail because its log cannot be written, and the
 * log would not show the cause.
 */
const ROOM_BYTES = 16 * 1024 * 1024;

/**
 * Creates an empty log file in the cache. Returns undefined if the disk of the cache is almost full, or if the cache
 * cannot be written, as in many CI containers.
 */
async function startInCache(name: string): Promise<string | undefined> {
  const file = join(cachePlace('log'), name);
  try {
    await makeDirectory(dirname(file));
    if ((roomIn(dirname(file)) ?? ROOM_BYTES) < ROOM_BYTES) return undefined;
    // The old file is removed, not truncated, because another run may still be writing to it.
    await rm(file, { force: true });
    await writeFile(file, '', { flag: 'wx' });
    return file;
  } catch {
    return undefined;
  }
}

async function withTemporaryLog<T>(name: string, work: (file: string) => Promise<T>): Promise<T> {
  // The name has no mark of this process. Otherwise a later run would take the log of a failed run for a leftover, and
  // remove the log.
  const directory = mkdtempSync(join(temporaryParent(), 'dkms-deb-log-'));
  registerTemporary(directory);
  try {
    const result = await work(join(directory, name));
    await rm(directory, { recursive: true, force: true });
    return result;
  } finally {
    releaseTemporary(directory);
  }
}
