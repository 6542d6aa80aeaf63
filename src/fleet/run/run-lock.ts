import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DkmsDebError, SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { lockFile } from '../../system/process/file-lock.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { shellWord } from '../../system/text/shell-word.ts';

/**
 * The name of a file in the output directory. Every run locks this file, and it contains the sha256 of the plan of the
 * last run. The file stays after the run.
 */
export const RUN_LOCK = '.run.lock';
/**
 * How often a run tries to get the lock, and the pause between two attempts. Within this time (about 5 s) the workers
 * of a killed run end, so that the run of another plan need not be refused because of them.
 */
const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 500;
/** The most seconds to wait for a process that writes the sha256 of its plan. */
const WRITING_SECONDS = 10;

/**
 * Calls `work` while no run of another plan works in the output directory, which must exist. Runs of the same plan may
 * work there at the same time, such as the workers of --runner. The lock ends with `work`, or with the process. Throws
 * SystemError `results-locked` if a run of another plan has the lock. If the directory cannot have locks, warns, and
 * calls `work` without a lock.
 */
export async function withRunLock<T>(
  { output, plan, reporter }: { output: string; plan: string; reporter: Pick<Reporter, 'warn'> },
  work: () => Promise<T>,
): Promise<T> {
  const file = join(output, RUN_LOCK);
  const lock = await lockFor(file, plan).catch((error: unknown) => {
    if (!hasNoLocks(error)) throw error;
    reporter.warn(
      `${shownPath(file)} cannot be locked (${(error as Error).message}): a run of another plan in this directory would not be noticed`,
      'Run only one plan at a time in this directory.',
    );
    return null;
  });
  if (lock === undefined) {
    throw new SystemError('results-locked', 'a run of another plan works in this directory', {
      where: { file },
      hint: `Wait until the other run has ended, or name another directory (-o DIR). To see which process it is: fuser -v ${shellWord(shownPath(file))}`,
    });
  }
  try {
    return await work();
  } finally {
    await lock?.close();
  }
}

/**
 * Returns the lock in shared mode, which only runs of the same plan have at the same time. Returns undefined if a run
 * of another plan had the lock at each attempt. A run that gets the lock exclusively writes its plan into the file.
 * After it has the shared lock, a run reads the file: in between, another run may have had the exclusive lock, and may
 * have written its own plan.
 */
async function lockFor(file: string, plan: string): ReturnType<typeof lockFile> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await setTimeout(PAUSE_MILLISECONDS);
    const alone = await lockFile(file, { shared: false, waitSeconds: 0 });
    try {
      if (alone !== undefined) await writeFile(file, plan);
    } finally {
      await alone?.close();
    }
    const shared = await lockFile(file, { shared: true, waitSeconds: WRITING_SECONDS });
    if (shared === undefined) continue;
    if ((await readFile(file, 'utf8')) === plan) return shared;
    await shared.close();
  }
  return undefined;
}

/**
 * Whether an error of lockFile means that the file system has no locks, or that only another user may lock the file.
 */
export function hasNoLocks(error: unknown): boolean {
  if (error instanceof DkmsDebError) return error.code === 'tool-failed';
  return /^(?:EACCES|EPERM|EROFS)$/.test((error as NodeJS.ErrnoException).code ?? '');
}
