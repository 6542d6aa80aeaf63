import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeTemporary, releaseTemporary } from '../../system/process/cleanup.ts';

/** How names of half-done work in the cache begin. */
export const STAGING = '.new-';
/** What a run that was killed left half done; none takes a day to copy its modules. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/**
 * Removes the entries unused for longest until the rest is not larger than `most` bytes, and what
 * killed runs left. Another run may do the same at the same time: what is gone is gone.
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
    // No room for a directory, or the entry is gone.
    await remove(entry);
  } finally {
    if (grave !== undefined) {
      await remove(grave);
      releaseTemporary(grave);
    }
  }
}

/** Bytes, and when it was last used (milliseconds); undefined for what another run has removed. */
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
