import { lstat, readdir, rename, rm, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeTemporary, releaseTemporary } from '../process/cleanup.ts';
import { listFiles } from './walk-tree.ts';

/** The beginning of the names of temporary files in the cache. */
export const STAGING = '.new-';
/**
 * The age after which a temporary file is taken for a leftover of a killed run, because no run copies modules for a
 * day.
 */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/** Which entries stay in a cache. */
export interface CacheLimit {
  readonly mostBytes: number;
  /**
   * An entry stays in any case for this number of seconds after its last use, because another run may be reading it.
   */
  readonly keptSeconds?: number;
}

/**
 * Marks an entry as used now. In a read-only cache the mark cannot be set; that is ignored, because its entries can
 * still be used.
 */
export async function markUsed(entry: string): Promise<void> {
  const now = new Date();
  await utimes(entry, now, now).catch(() => {});
}

/**
 * Removes entries (files or directories) from the cache until the other entries have at most `mostBytes` bytes, or were
 * used within `keptSeconds`. The entries that were unused for the longest time are removed first. Also removes the
 * leftovers of killed runs. Another run may do the same at the same time, so missing entries are ignored. Throws the
 * errors of Node if the cache itself cannot be listed.
 */
export async function removeOldest(
  cache: string,
  { mostBytes, keptSeconds = 0 }: CacheLimit,
): Promise<void> {
  const entries = [];
  for (const name of await readdir(cache)) {
    const directory = join(cache, name);
    const found = await measure(directory);
    if (found === undefined) continue;
    if (!name.startsWith('.')) entries.push({ directory, ...found });
    else if (name.startsWith(STAGING) && Date.now() - found.used > STALE_MILLISECONDS) {
      await remove(directory);
    }
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  const latest = keptSeconds === 0 ? Number.POSITIVE_INFINITY : Date.now() - keptSeconds * 1000;
  for (const { directory, size, used } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= mostBytes || used > latest) return;
    await removeEntry(cache, directory);
    total -= size;
  }
}

/**
 * Removes an entry. It is renamed first, so that another process finds either the whole entry or none. If renaming is
 * impossible, the files of the entry are removed one after the other. Errors are ignored.
 */
export async function removeEntry(cache: string, entry: string): Promise<void> {
  let grave: string | undefined;
  try {
    grave = makeTemporary(join(cache, STAGING));
    await rename(entry, join(grave, basename(entry)));
  } catch {
    // Either the disk has no room for a directory, or the entry no longer exists.
    await remove(entry);
  } finally {
    if (grave !== undefined) {
      await remove(grave);
      releaseTemporary(grave);
    }
  }
}

/**
 * Returns the size of an entry in bytes, and the time of its last use in milliseconds. Returns undefined if it cannot
 * be read, usually because another run has removed it.
 */
async function measure(entry: string): Promise<{ size: number; used: number } | undefined> {
  try {
    const own = await lstat(entry);
    if (!own.isDirectory()) return { size: own.size, used: own.mtimeMs };
    let size = 0;
    for (const file of await listFiles(entry)) size += (await lstat(join(entry, file))).size;
    return { size, used: own.mtimeMs };
  } catch {
    return undefined;
  }
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}
