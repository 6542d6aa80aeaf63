import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DkmsDebError, SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { lockFile } from '../../system/process/file-lock.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { shellWord } from '../../system/text/shell-word.ts';

/** The file in the output directory that every run locks. It has the sha256 of the plan of these runs. It stays. */
export const RUN_LOCK = '.run.lock';
/** Workers of a run that was killed end within this time, so that the next plan need not be refused. */
const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 500;
/** The most seconds to wait for a process that writes the sha256 of its plan. */
const WRITING_SECONDS = 10;

/**
 * Calls `work` while no run of another plan works in the output directory, which must exist. Runs of the same plan may
 * work there at the same time, such as the workers of --runner. The lock ends with the process. Throws SystemError
 * `results-locked`. If the directory cannot have locks, says so and goes on.
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
      hint: `Wait for it, or name another directory (-o DIR); to see which process it is: fuser -v ${shellWord(shownPath(file))}`,
    });
  }
  try {
    return await work();
  } finally {
    await lock?.close();
  }
}

/**
 * Shares the lock with runs of the same plan. Returns undefined if runs of another plan hold it all the time. Whoever
 * has the lock alone writes which plan it is for; everybody reads that again once the lock is shared, because another
 * run may have had it alone in between.
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

/** Whether the file system has no locks, or only another user may lock the file. */
export function hasNoLocks(error: unknown): boolean {
  if (error instanceof DkmsDebError) return error.code === 'tool-failed';
  return /^(?:EACCES|EPERM|EROFS)$/.test((error as NodeJS.ErrnoException).code ?? '');
}
