import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type WalkedEntry, walkTree } from '../system/files/walk-tree.ts';
import { removeLeftovers } from '../system/process/cleanup.ts';
import type { Generation, History } from './publication-history.ts';
import { isByHash, suiteDirectory } from './repository-layout.ts';

const HOUR = 3600 * 1000;
/**
 * For how many days a file stays in the pool after it has left the index. Clients may use an index that is days old.
 */
const POOL_DAYS = 7;

/**
 * Returns the generations that stay: the `count` newest generations, and all generations that were current in the last
 * hour, because slow clients may be reading these. `generations` begins with the newest one.
 */
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
  await removeLeftovers(directory);
  for (const { path, type } of await entriesBelow(directory)) {
    if (type === 'directory') await removeLeftovers(join(directory, path));
    if (type !== 'file' || !isByHash(path)) continue;
    if (!kept.has(path)) await rm(join(directory, path), { force: true });
  }
}

/** The outcome of pruning the pool: which files were removed, and since when other files have been in no index. */
export interface PrunedPool {
  readonly removed: readonly string[];
  readonly unlisted: Readonly<Record<string, string>>;
}

/**
 * Removes from the pool the packages that have been in no index for 7 days. The 7 days begin when this function first
 * finds a package that is in no index, such as a copy that a killed publisher left. Files that are not packages stay.
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
  await removeLeftovers(pool);
  for (const { path: inPool, type } of await entriesBelow(pool)) {
    if (type === 'directory') await removeLeftovers(join(pool, inPool));
    const path = join('pool', inPool);
    if (type !== 'file' || !path.endsWith('.deb') || listed.has(path)) continue;
    const since = unlisted[path] ?? now.toISOString();
    if (now.getTime() - Date.parse(since) < POOL_DAYS * 24 * HOUR) still[path] = since;
    else {
      await rm(join(repository, path), { force: true });
      removed.push(path);
    }
  }
  for (const path of removed) await rmdir(dirname(join(repository, path))).catch(() => {});
  return { removed, unlisted: still };
}

/** Lists everything below a directory; [] if it does not exist yet. */
async function entriesBelow(directory: string): Promise<WalkedEntry[]> {
  return existsSync(directory) ? walkTree(directory) : [];
}
