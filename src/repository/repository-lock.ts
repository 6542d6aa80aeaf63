import { join } from 'node:path';
import { SystemError } from '../errors.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { lockFile } from '../system/process/file-lock.ts';
import { registerPlace } from '../system/process/no-room.ts';

/** The file that a publisher locks. It is empty, and is never removed. */
export const LOCK = '.dkms-deb.lock';

/**
 * Calls `work` while no other process can publish into the repository. A missing directory is created. The lock ends
 * when the process ends, even if it is killed. Throws SystemError `repository-locked`, and the errors of makeDirectory
 * and lockFile.
 */
export async function withRepositoryLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  registerPlace(directory, '--repo DIR');
  await makeDirectory(directory);
  const file = join(directory, LOCK);
  const lock = await lockFile(file, { shared: false, waitSeconds: 0 });
  if (lock === undefined) {
    throw new SystemError(
      'repository-locked',
      'another process is publishing into this repository',
      {
        where: { file },
        hint: `Wait until the other process has ended. To see which process it is: fuser -v ${file}`,
      },
    );
  }
  try {
    return await work();
  } finally {
    await lock.close();
  }
}
