import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemError } from '../errors.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { cleanEnvironment } from '../system/process/run.ts';

/** The file that a publisher locks. It stays, and it is empty. */
export const LOCK = '.dkms-deb.lock';

/**
 * Calls `work` while no other process can publish into the repository. The lock belongs to this process's open file
 * (flock(2)), so it ends with the process, even by SIGKILL. Throws SystemError `repository-locked`.
 */
export async function withRepositoryLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await makeDirectory(directory);
  const file = join(directory, LOCK);
  const handle = await open(file, 'a');
  try {
    if (!(await locked(handle.fd))) {
      throw new SystemError(
        'repository-locked',
        'another process is publishing into this repository',
        {
          where: { file },
          hint: `Wait for it; to see which process it is: fuser -v ${file}`,
        },
      );
    }
    return await work();
  } finally {
    await handle.close();
  }
}

/** flock(1) locks the file that it inherits as descriptor 3; the lock is shared with our descriptor. */
function locked(fd: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['--nonblock', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      env: cleanEnvironment(),
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, 1000);
    });
    child.once('error', reject);
    child.once('close', (status) => {
      if (said === '') resolve(status === 0);
      else reject(new SystemError('tool-failed', `flock: ${said.trim()}`));
    });
  });
}
