import { join } from 'node:path';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { lockFile } from '../../system/process/file-lock.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { hasNoLocks } from './run-lock.ts';

/**
 * The directory for the locks of tasks, in the output directory of `run`. The directory stays after the run. No task
 * has this id.
 */
export const TASK_LOCKS = '.tasks';
/**
 * How long one call of flock waits. The time is short, so that no flock outlives a run that was killed while its flock
 * waited.
 */
const WAIT_SECONDS = 2;

/** A lock. It is released by close(), or when its process ends, also by SIGKILL. */
export interface TaskLock {
  close(): Promise<void>;
}

/**
 * The locks of tasks in one output directory. The process that compiles a task has the lock `build`: this process, or a
 * worker that --runner started. A process that has started a worker has the lock `runner` while it waits for the
 * worker.
 */
export class TaskLocks {
  readonly #directory: string;
  readonly #reporter: Pick<Reporter, 'warn'>;
  #hasLocks = true;

  constructor(output: string, reporter: Pick<Reporter, 'warn'>) {
    this.#directory = join(output, TASK_LOCKS);
    this.#reporter = reporter;
  }

  /**
   * Locks a task. If another process has the lock, waits until the lock is free; if `wait` is false, returns undefined
   * instead. If the directory cannot have locks, warns once, and returns a lock that keeps nobody out.
   */
  async take(task: string, kind: 'build' | 'runner', wait: boolean): Promise<TaskLock | undefined> {
    const free: TaskLock = { close: async () => {} };
    while (this.#hasLocks) {
      try {
        await makeDirectory(this.#directory);
        const file = join(this.#directory, `${task}.${kind}`);
        const options = { shared: false, waitSeconds: wait ? WAIT_SECONDS : 0 };
        const lock = await lockFile(file, options);
        if (lock !== undefined || !wait) return lock;
      } catch (error) {
        if (!hasNoLocks(error)) throw error;
        // Several tasks may find this out at the same time.
        if (!this.#hasLocks) break;
        this.#hasLocks = false;
        this.#reporter.warn(
          `tasks cannot be locked in ${shownPath(this.#directory)} (${(error as Error).message}): another run of this plan would build them, too`,
          'Run this plan only once at a time in this directory.',
        );
      }
    }
    return free;
  }
}
