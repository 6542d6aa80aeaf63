import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { removeLeftovers } from '../system/process/cleanup.ts';
import type { Generation, History } from './publication-history.ts';
import { suiteDirectory } from './repository-layout.ts';

const HOUR = 3600 * 1000;
/** How long a file of the pool stays after it has left the index: clients may have an older one for days. */
const POOL_DAYS = 7;

/** Returns the generations that stay: the newest ones, and all that were current in the last hour, for slow clients. */
export function keptGenerations(
  generations: readonly Generation[],
  count: number,
  now: Date,
): Generation[] {
  return generations.filter(
    (_, index) =>
      index < count || now.getTime() - Date.parse(generations[index - 1]?.date ?? '') < HOUR,
  );
}

/** Removes the files by hash of a suite that are not in `kept`, a set of paths below the suite. */
export async function pruneByHash(
  repository: string,
  suite: string,
  kept: ReadonlySet<string>,
): Promise<void> {
  const directory = join(repository, suiteDirectory(suite));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    await removeLeftovers(entry.parentPath);
    if (!entry.isFile() || !/\/by-hash\/SHA256\/[0-9a-f]{64}$/.test(path)) continue;
    if (!kept.has(relative(directory, path))) await rm(path, { force: true });
  }
}

/** The outcome of pruning the pool: what is gone, and since when the others are in no index. */
export interface PrunedPool {
  readonly removed: readonly string[];
  readonly unlisted: Readonly<Record<string, string>>;
}

/**
 * Removes packages from the pool that have been in no index for 7 days. A package that is seen unlisted for the first
 * time is only noted, also one that a killed publisher left. Other files are not touched.
 */
export async function prunePool(
  repository: string,
  listed: ReadonlySet<string>,
  { unlisted }: Pick<History, 'unlisted'>,
  now: Date,
): Promise<PrunedPool> {
  const removed: string[] = [];
  const still: Record<string, string> = {};
  const pool = join(repository, 'pool');
  const entries = await readdir(pool, { recursive: true, withFileTypes: true }).catch(() => []);
  const directories = new Set<string>();
  for (const entry of entries) {
    directories.add(entry.parentPath);
    const path = relative(repository, join(entry.parentPath, entry.name));
    if (!entry.isFile() || !path.endsWith('.deb') || listed.has(path)) continue;
    const since = unlisted[path] ?? now.toISOString();
    if (now.getTime() - Date.parse(since) < POOL_DAYS * 24 * HOUR) still[path] = since;
    else {
      await rm(join(repository, path), { force: true });
      removed.push(path);
    }
  }
  for (const directory of directories) await removeLeftovers(directory);
  for (const path of removed) await rmdir(dirname(join(repository, path))).catch(() => {});
  return { removed, unlisted: still };
}
