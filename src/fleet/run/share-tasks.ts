import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DkmsDebError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';
import type { TaskResults } from './results-document.ts';
import { RESULTS_FILE, readResults } from './results-file.ts';
import type { Ran } from './run-task.ts';
import { TaskLocks } from './task-lock.ts';
import { isWhole } from './whole-results.ts';

/** How tasks are run in an output directory in which other processes may run tasks of the same plan. */
export interface Sharing {
  readonly plan: Plan;
  readonly output: string;
  readonly reporter: Reporter;
  /** How many tasks run at the same time. */
  readonly atOnce: number;
  /** Whether workers (--runner) compile the tasks. A worker takes the lock `build` of its task itself. */
  readonly byWorkers: boolean;
}

/** The outcome of one task, and whether another process has run it meanwhile. */
export interface SharedRun extends Ran {
  readonly byOther: boolean;
}

/**
 * Runs each of the tasks, unless another process runs it at the same time, or has run it since `seen`: then its results
 * are taken. Tasks that others run come last, so that processes with the same plan share the work. If such a process is
 * killed, the task runs here.
 */
export async function shareTasks(
  tasks: readonly PlannedTask[],
  sharing: Sharing,
  seen: SeenResults,
  runOne: (task: PlannedTask) => Promise<Ran>,
): Promise<SharedRun[]> {
  const { output, reporter, atOnce } = sharing;
  const locks = new TaskLocks(output, reporter);
  const outcomes = new Map<PlannedTask, SharedRun>();
  const attempt = async (task: PlannedTask, wait: boolean) => {
    const outcome = await runShared(task, sharing, { locks, seen, wait, runOne });
    if (outcome !== undefined) outcomes.set(task, outcome);
  };
  await mapConcurrently(tasks, atOnce, (task) => attempt(task, false));
  const busy = tasks.filter((task) => !outcomes.has(task));
  if (busy.length > 0) {
    reporter.note(
      `Waiting for tasks that another process runs in this directory: ${someNames(busy.map(({ id }) => id))}.`,
    );
    await mapConcurrently(busy, atOnce, (task) => attempt(task, true));
  }
  return tasks.flatMap((task) => outcomes.get(task) ?? []);
}

/** Runs a task, or takes its results. Returns undefined if another process runs it, and `wait` is false. */
async function runShared(
  task: PlannedTask,
  sharing: Sharing,
  about: {
    readonly locks: TaskLocks;
    readonly seen: SeenResults;
    readonly wait: boolean;
    readonly runOne: (task: PlannedTask) => Promise<Ran>;
  },
): Promise<SharedRun | undefined> {
  const { locks, seen, wait, runOne } = about;
  const { byWorkers, reporter } = sharing;
  const worker = byWorkers ? await locks.take(task.id, 'runner', wait) : null;
  if (worker === undefined) return undefined;
  try {
    const build = await locks.take(task.id, 'build', wait);
    if (build === undefined) return undefined;
    try {
      const found = await newResults(task, sharing, seen);
      if (found !== undefined) {
        reporter.note(`${task.id} was run by another process; its results are taken.`);
        return { results: found, exitStatus: 0, byOther: true };
      }
      if (!byWorkers) return { ...(await runOne(task)), byOther: false };
    } finally {
      await build.close();
    }
    return { ...(await runOne(task)), byOther: false };
  } finally {
    await worker?.close();
  }
}

/** For each task with a results.json, by its id: what distinguishes this file from a later one. */
export type SeenResults = ReadonlyMap<string, string>;

/**
 * Returns what the tasks have of results.json now, to recognise files that are written later. Tasks without the file
 * are left out.
 */
export async function seeResults(
  tasks: readonly PlannedTask[],
  output: string,
): Promise<SeenResults> {
  const seen = new Map<string, string>();
  for (const { id } of tasks) {
    const file = await fileOf(id, output);
    if (file !== undefined) seen.set(id, file);
  }
  return seen;
}

async function fileOf(task: string, output: string): Promise<string | undefined> {
  const found = await stat(join(output, task, RESULTS_FILE)).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeMs}`;
}

/**
 * Returns the results of a task that were written since `seen`, if they are whole; else undefined. Builds in these
 * results may have failed.
 */
async function newResults(
  task: PlannedTask,
  { plan, output }: Sharing,
  seen: SeenResults,
): Promise<TaskResults | undefined> {
  const file = await fileOf(task.id, output);
  if (file === undefined || file === seen.get(task.id)) return undefined;
  const directory = join(output, task.id);
  try {
    const results = await readResults(directory, plan.sha256);
    return results !== undefined && (await isWhole(results, task, directory)) ? results : undefined;
  } catch (error) {
    // A task with damaged results runs again.
    if (error instanceof DkmsDebError && error.code === 'results-unreadable') return undefined;
    throw error;
  }
}
