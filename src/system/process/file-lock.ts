import { spawn } from 'node:child_process';
import { SystemError } from '../../errors.ts';
import { registerProcessGroup, releaseProcessGroup } from './cleanup.ts';
import { cleanEnvironment } from './run.ts';

export interface LockChoice {
  /** Whether others may hold the lock at the same time, if they share it, too. */
  readonly shared: boolean;
  /** How long to wait for the others. */
  readonly waitSeconds: number;
}

/**
 * Holds a lock on `file` while `work` runs. The file is created; its directory must exist. The lock is that of
 * flock(1) and ends with this process, however it ends. Throws SystemError `locked` if the others do not release it in
 * time.
 */
export async function withFileLock<T>(
  file: string,
  { shared, waitSeconds }: LockChoice,
  work: () => Promise<T>,
): Promise<T> {
  // cat ends when its stdin does: at the latest when this process ends.
  const args = [
    shared ? '-s' : '-x',
    '-w',
    String(waitSeconds),
    file,
    'sh',
    '-c',
    'echo; exec cat',
  ];
  const child = spawn('flock', args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: cleanEnvironment(),
    detached: true,
  });
  if (child.pid !== undefined) registerProcessGroup(child.pid);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => {});
  try {
    const held = await new Promise<boolean>((resolve) => {
      child.stdout.once('data', () => resolve(true));
      ended.then(() => resolve(false));
    });
    if (!held) {
      throw new SystemError('locked', `another program uses ${file}`, {
        hint: 'Run again when it has ended.',
      });
    }
    return await work();
  } finally {
    child.stdin.end();
    await ended;
    if (child.pid !== undefined) releaseProcessGroup(child.pid);
  }
}
