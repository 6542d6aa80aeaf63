import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachePlace } from '../../system/files/cache-place.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import {
  registerTemporary,
  releaseTemporary,
  temporaryParent,
} from '../../system/process/cleanup.ts';
import { roomIn } from '../../system/process/no-room.ts';

/**
 * Runs `work` with the path of a log file for one build, `<stem>.log`. After a failure the log stays, and the error
 * names it. It is in $XDG_CACHE_HOME/dkms-deb/log (by default below ~/.cache); the next build of the same name
 * replaces it. If that directory cannot be written, the log is in a new temporary directory, where symbolic links
 * of other users can do no harm, and which is removed after a success.
 */
export async function withBuildLog<T>(
  stem: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const kept = await startInCache(`${stem}.log`);
  return kept === undefined ? withTemporaryLog(`${stem}.log`, work) : work(kept);
}

/**
 * The free space, in bytes, that a log needs. With less, make could fail because its log cannot be written, and the
 * log would not show the cause.
 */
const ROOM_BYTES = 16 * 1024 * 1024;

/**
 * Creates an empty log file in the cache. Returns undefined if the cache is full or cannot be written, as in many
 * CI containers.
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
  // The name has no mark of this process. Otherwise a later run would take the log of a failed run for a leftover
  // and remove it.
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
