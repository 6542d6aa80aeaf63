import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DkmsDebError, SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { notStarted } from '../../system/process/not-started.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';
import { partsOfBuilds } from '../plan/planned-parts.ts';
import { failedResult } from './build-result.ts';
import { RESULTS_SCHEMA, type TaskResults } from './results-document.ts';
import { RESULTS_FILE, readResults, writeResults } from './results-file.ts';
import type { Ran } from './run-task.ts';
import { isWhole } from './whole-results.ts';

/** How tasks are started on other machines. */
export interface Runner {
  /** The words of the command before `dkms-deb run …`. */
  readonly prefix: readonly string[];
  /** The options of `run` that each worker gets, too. */
  readonly options: readonly string[];
  /** The most seconds that one attempt may take. */
  readonly timeoutSeconds: number;
}

/**
 * The words before the runner's command. With them the kernel sends SIGTERM to the runner if this process ends, even by
 * SIGKILL (prctl(2), PR_SET_PDEATHSIG). It depends on the runner whether the worker then ends: srun and docker run pass
 * the signal on, but ssh without -t only ends the connection.
 */
const ENDS_WITH_US = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;
const ATTEMPTS = 2;
/**
 * The most bytes of output. A worker that writes more is ended, and counts as lost. The size is checked every two
 * seconds.
 */
const MOST_LOG_BYTES = 64 * 1024 * 1024;
const LOOK_MILLISECONDS = 2000;

/**
 * Runs a task with a runner. A worker counts as lost if a signal ended it, if its exit status is 126 or more, which
 * dkms-deb never has (ssh: 255), if it exceeds the limits, or if it leaves no complete results. The task is then tried
 * once more. The output of each attempt is kept in logs/. If the second worker is lost, too, all builds of the task
 * count as failed, with the code `worker-lost`. Throws SystemError if the command of the runner cannot be started.
 */
export async function runWorker(
  task: PlannedTask,
  { plan, planFile, output }: { plan: Plan; planFile: string; output: string },
  runner: Runner,
  reporter: Reporter,
): Promise<Ran> {
  const directory = join(output, task.id);
  const words = [
    ...runner.prefix,
    ...['dkms-deb', 'run', '--plan', planFile, '--task', task.id, '-o', output],
    ...runner.options,
  ];
  await rm(join(directory, RESULTS_FILE), { force: true });
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const log = join(output, 'logs', `${task.id}-${attempt}.log`);
    const ended = await attemptOnce(words, log, runner.timeoutSeconds);
    const results = await readResults(directory, plan.sha256).catch((error: unknown) => {
      if (error instanceof DkmsDebError) return undefined;
      throw error;
    });
    if (
      'exitStatus' in ended &&
      results !== undefined &&
      (await isWhole(results, task, directory))
    ) {
      return { results, exitStatus: ended.exitStatus };
    }
    why =
      'exitStatus' in ended
        ? `it ended with status ${ended.exitStatus} and left no complete results`
        : ended.lost;
    const next = attempt < ATTEMPTS ? 'It is tried once more.' : 'Its builds count as failed.';
    reporter.warn(`the worker of ${task.id} is lost: ${why} (${log})`, next);
  }
  const lost = new SystemError('worker-lost', `the worker of ${task.id} is lost: ${why}`, {
    hint: `Read the output of the worker: ${join(output, 'logs')}`,
  });
  const partsOf = partsOfBuilds(plan, planFile);
  const builds = task.builds.map((build) => failedResult(build, partsOf(build).kernel, lost));
  const results: TaskResults = { schema: RESULTS_SCHEMA, plan: plan.sha256, task: task.id, builds };
  await makeDirectory(directory);
  await writeResults(directory, results);
  return { results, exitStatus: lost.exitStatus };
}

/**
 * Runs the command once. The command gets the environment of this process, because runners need many of its variables.
 */
async function attemptOnce(
  [program = '', ...args]: readonly string[],
  log: string,
  timeoutSeconds: number,
): Promise<{ readonly exitStatus: number } | { readonly lost: string }> {
  if (findProgram(program) === undefined) throw notStarted(program, { code: 'ENOENT' });
  const [first, ...words] = [...ENDS_WITH_US, program, ...args];
  await makeDirectory(dirname(log));
  const stop = new AbortController();
  const watch = setInterval(() => {
    void stat(log).then(
      ({ size }) => size > MOST_LOG_BYTES && stop.abort(),
      () => {},
    );
  }, LOOK_MILLISECONDS);
  const env = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  try {
    const { exitStatus } = await run(first, words, {
      env: Object.fromEntries(env),
      logFile: log,
      timeoutSeconds,
      accept: ANY_STATUS,
      signal: stop.signal,
    });
    // From 128 on, a signal ended the program, or ssh could not connect (255). 126 and 127: the program could not be
    // started.
    return exitStatus < 126 ? { exitStatus } : { lost: `it ended with status ${exitStatus}` };
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'tool-missing' || error.code === 'tool-not-started') throw error;
    if (error.code === 'tool-timeout') return { lost: `it did not end within ${timeoutSeconds} s` };
    if (error.code === 'aborted')
      return { lost: `it wrote more than ${MOST_LOG_BYTES / 1024 ** 2} MiB` };
    return { lost: error.message };
  } finally {
    clearInterval(watch);
  }
}
