import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { SystemError } from '../../errors.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { notStarted } from './not-started.ts';

export interface LockChoice {
  /** Whether other processes that also share the lock may hold it at the same time. */
  readonly shared: boolean;
  /** How many seconds to wait for other processes that hold the lock; 0 to not wait. */
  readonly waitSeconds: number;
}

/**
 * Locks a file until the returned handle is closed. Makes the file if it is missing; its directory must exist. The lock
 * belongs to the open file of this process (flock(2)), so it ends with the process, even after SIGKILL. Returns
 * undefined if others hold the lock for longer than `waitSeconds`. Throws the errors of open(2), SystemError
 * `tool-failed` if the file system has no locks, and the errors of notStarted().
 */
export async function lockFile(
  file: string,
  { shared, waitSeconds }: LockChoice,
): Promise<FileHandle | undefined> {
  // NFS wants a file that can be read for a shared lock, and one that can be written for an exclusive lock (flock(2)).
  const handle = await open(file, 'a+');
  try {
    if (await locked(handle.fd, [shared ? '-s' : '-x', '-w', String(waitSeconds)])) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/**
 * Locks an open file with flock(1), which gets it as descriptor 3. The lock also belongs to this process, because both
 * descriptors share it. Returns whether the file was locked.
 */
function locked(fd: number, options: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', [...options, '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      env: cleanEnvironment(),
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, 1000);
    });
    child.once('error', (cause) => reject(notStarted('flock', cause)));
    child.once('close', (status) => {
      if (said === '') resolve(status === 0);
      else reject(new SystemError('tool-failed', `flock: ${said.trim()}`));
    });
  });
}
