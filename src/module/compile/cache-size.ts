import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeTemporary, releaseTemporary } from '../../system/process/cleanup.ts';

/** The beginning of the names of temporary files in the cache. */
export const STAGING = '.new-';
/**
 * The age after which a temporary file counts as a leftover of a killed run: no run takes a day to copy its
 * modules.
 */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/**
 * Removes entries from the cache until the others have at most `most` bytes; those that were unused for the longest
 * time go first. Also removes leftovers of killed runs. Another run may do this at the same time, so missing files
 * are ignored.
 */
export async function removeOldest(cache: string, most: number): Promise<void> {
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
  for (const { directory, size } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= most) return;
    await removeEntry(cache, directory);
    total -= size;
  }
}

/** Removes an entry in one step: another process that reads it finds either the whole entry or none. */
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
 * Returns how many bytes an entry has, and when it was last used (in milliseconds). Returns undefined if another
 * run has removed it.
 */
async function measure(directory: string): Promise<{ size: number; used: number } | undefined> {
  try {
    let size = 0;
    for (const file of await readdir(directory)) size += (await stat(join(directory, file))).size;
    return { size, used: (await stat(directory)).mtimeMs };
  } catch {
    return undefined;
  }
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}
