import { join } from 'node:path';
import { SystemError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { lockFile } from '../../system/process/file-lock.ts';

/** The part of a HeaderStore that is needed here. */
interface Store {
  readonly directory: string;
}

/**
 * How many seconds a run waits for a lock. Writing the index takes some milliseconds, on a slow network file system
 * longer.
 */
const INDEX_SECONDS = 60;

/**
 * Creates the store if it does not exist. Calls `work` while no other run writes the index of the store. If the store
 * exists, but this user cannot write it, calls `work` without a lock. Throws SystemError `locked` if another run writes
 * the index for longer than INDEX_SECONDS, and the errors of makeDirectory.
 */
export async function withIndexLock<T>(store: Store, work: () => Promise<T>): Promise<T> {
  await makeDirectory(store.directory);
  return withLock(store, 'index.lock', { shared: false, waitSeconds: INDEX_SECONDS }, work);
}

/**
 * Calls `work`, and keeps other runs from removing anything from the store meanwhile. A store that cannot be written
 * is not locked. Throws SystemError `locked` if another run removes something for longer than INDEX_SECONDS.
 */
export async function withStoreInUse<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return withLock(store, 'use.lock', { shared: true, waitSeconds: INDEX_SECONDS }, work);
}

/**
 * Calls `work` while no other run uses the store. Does not wait: throws SystemError `locked` at once if another run
 * uses the store. A store that does not exist, or that cannot be written, is not locked.
 */
export function withStoreAlone<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return withLock(store, 'use.lock', { shared: false, waitSeconds: 0 }, work);
}

async function withLock<T>(
  { directory }: Store,
  name: string,
  choice: Parameters<typeof lockFile>[1],
  work: () => Promise<T>,
): Promise<T> {
  const file = join(directory, name);
  const lock = await lockFile(file, choice).catch((error: NodeJS.ErrnoException) => {
    // If this user may not write to the store, this run can neither remove anything nor write the index. If there is no
    // store, there is nothing to remove.
    if (['EACCES', 'EROFS', 'ENOENT'].includes(error.code ?? '')) return null;
    throw error;
  });
  if (lock === undefined) {
    throw new SystemError('locked', `another run of dkms-deb uses the store ${directory}`, {
      where: { file },
      hint: `Wait until the other run has ended. To see which process it is: fuser -v ${file}`,
    });
  }
  try {
    return await work();
  } finally {
    await lock?.close();
  }
}
