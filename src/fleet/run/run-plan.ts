import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DkmsDebError, EXIT, InputError, UsageError } from '../../errors.ts';
import { prepareOutputDirectory, writeWhole } from '../../system/files/output.ts';
import { reasonOf } from '../../system/process/refusal.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';
import { junitOf } from './junit.ts';
import type { TaskResults } from './results-document.ts';
import { readResults } from './results-file.ts';
import { withRunLock } from './run-lock.ts';
import { type Ran, runTask, type TaskRun } from './run-task.ts';
import { type Runner, runWorker } from './run-worker.ts';
import { earlierDirectory, setAside } from './set-aside.ts';
import { seeResults, shareTasks } from './share-tasks.ts';
import { summaryOf } from './summary.ts';
import { takeOver, type WantedSigners } from './take-over.ts';
import { isDone, isWhole } from './whole-results.ts';

export interface FleetRun extends Omit<TaskRun, 'directory'> {
  /** The output directory. Each task gets a directory in it. */
  readonly output: string;
  /** The ids of the tasks to run. If empty, all tasks are run. */
  readonly tasks: readonly string[];
  /** Starts the tasks elsewhere. Undefined if they run on this machine, one after the other. */
  readonly runner: Runner | undefined;
  /** How many tasks the runner may run at the same time. */
  readonly atOnce: number;
  /** The architecture of this machine. */
  readonly host: string;
  /** Who signs the modules. Tasks are only taken over from other plans if their modules have these signatures. */
  readonly signers: WantedSigners;
}

/** The outcome of a run. */
export interface FleetOutcome {
  readonly results: readonly TaskResults[];
  /** The ids of the tasks that were left out, because earlier runs or other processes had done them. */
  readonly skipped: readonly string[];
  readonly exitStatus: number;
}

/**
 * Runs the tasks of a plan. A task is left out if all its builds are built or excluded already, also if another plan
 * did that (takeOver), or if another process does it now (shareTasks). Results of other plans are moved (setAside). At
 * the end writes junit.xml and summary.md, which are about all results of this plan in `output`. Before any task runs,
 * throws UsageError for an unknown task, InputError `plan-host` if tasks must run here but the plan is for another
 * architecture, and the errors of withRunLock.
 */
export async function runPlan(run: FleetRun): Promise<FleetOutcome> {
  const { plan, output, reporter, runner, host } = run;
  const tasks = chosenTasks(plan, run.tasks);
  if (runner === undefined && plan.host !== host && tasks.length > 0) {
    throw new InputError(
      'plan-host',
      `this plan is for ${plan.host} machines, but this machine is ${host}`,
      {
        where: { file: run.planFile },
        hint: `Plan again on this machine, run the plan on a machine of the architecture ${plan.host}, or start the tasks on such machines with --runner.`,
      },
    );
  }
  await prepareOutputDirectory(output);
  return withRunLock({ output, plan: plan.sha256, reporter }, () => runTasks(tasks, run));
}

async function runTasks(tasks: readonly PlannedTask[], run: FleetRun): Promise<FleetOutcome> {
  const { plan, output, reporter, runner } = run;
  await clear(run);
  const seen = await seeResults(tasks, output);
  const done = new Map<PlannedTask, TaskResults>();
  for (const task of tasks) {
    const found = await resultsOfTask(task, run);
    if (found !== undefined && isDone(found)) done.set(task, found);
  }
  if (done.size > 0) reporter.note(`${done.size} of ${tasks.length} tasks are done already.`);
  const undone = tasks.filter((task) => !done.has(task));
  const taken = await takeOver(undone, run, run.signers);
  if (taken.size > 0) {
    reporter.note(
      `${taken.size} of ${tasks.length} tasks are taken over from another plan, which built the same packages.`,
    );
  }
  for (const [task, results] of taken) done.set(task, results);
  const left = tasks.filter((task) => !done.has(task));
  const limit = runner === undefined ? 1 : run.atOnce;
  const sharing = { plan, output, reporter, atOnce: limit, byWorkers: runner !== undefined };
  const ran = await shareTasks(left, sharing, seen, (task) => runOne(task, run));
  await writeReports(run);
  const results = [...done.values(), ...ran.map((one) => one.results)];
  return {
    results,
    skipped: [
      ...[...done.keys()].map(({ id }) => id),
      ...ran.filter(({ byOther }) => byOther).map(({ results: { task } }) => task),
    ],
    exitStatus: statusOf(ran),
  };
}

/** Moves results of other plans out of the way, and says so. If tasks are named, only their directories are moved. */
async function clear({ output, plan, tasks, reporter }: FleetRun): Promise<void> {
  const named = tasks.length > 0 ? tasks : undefined;
  const { moved, removed } = await setAside(output, plan.sha256, reporter, named);
  if (moved.length === 0) return;
  const place = shownPath(earlierDirectory(output));
  reporter.note(
    `Results of another plan (${someNames(moved)}) are now in ${place}, which you may remove after this run.`,
  );
  if (removed.length === 0) return;
  reporter.note(`The oldest results of ${someNames(removed)} in ${place} were removed.`);
}

async function runOne(task: PlannedTask, run: FleetRun): Promise<Ran> {
  const { runner, output, plan, planFile, reporter } = run;
  if (runner === undefined) {
    return runTask(task, { ...run, directory: join(output, task.id) });
  }
  reporter.progress(`${task.id}: ${task.builds.length} builds`);
  const ran = await runWorker(task, { plan, planFile, output }, runner, reporter);
  const failed = ran.results.builds.filter(({ status }) => status === 'failed');
  for (const { driver, kernel, error } of failed) {
    const { code = 'failed', message = 'failed', hint } = error ?? {};
    const known = new DkmsDebError(code, EXIT.failed, message, hint === undefined ? {} : { hint });
    reporter.failure(known, `${driver} ${kernel}`);
  }
  return ran;
}

/** Returns the exit status of the run: the exit status of the first task in which a required build failed, else 0. */
function statusOf(ran: readonly Ran[]): number {
  const first = ran.find(({ results }) =>
    results.builds.some(({ status, required }) => status === 'failed' && required),
  );
  if (first === undefined) return 0;
  return first.exitStatus === 0 ? EXIT.failed : first.exitStatus;
}

/** Returns the tasks with these ids, or all tasks if there are no ids. Throws UsageError for an unknown id. */
export function chosenTasks(plan: Plan, tasks: readonly string[]): PlannedTask[] {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  if (tasks.length === 0) return plan.tasks;
  return [...new Set(tasks)].map((id) => {
    const task = byId.get(id);
    if (task !== undefined) return task;
    throw new UsageError(`the plan has no task ${JSON.stringify(id.slice(0, 80))}`, {
      hint:
        byId.size === 0
          ? 'Publish what is built, or plan again. The plan has no tasks.'
          : `${didYouMean(id, byId.keys())}Choose among: ${someNames([...byId.keys()])}.`,
    });
  });
}

/**
 * Returns the results of a task, if they are whole; else undefined. If there are results that are not whole, tells that
 * the task runs again.
 */
async function resultsOfTask(
  task: PlannedTask,
  { plan, output, reporter }: FleetRun,
): Promise<TaskResults | undefined> {
  const directory = join(output, task.id);
  const again = (why: string) => reporter.note(`${task.id} runs again: ${why}.`);
  try {
    const found = await readResults(directory, plan.sha256);
    if (found === undefined || (await isWhole(found, task, directory))) return found;
    again('its directory does not have all that its results name');
  } catch (error) {
    if (!(error instanceof DkmsDebError && error.code === 'results-unreadable')) throw error;
    again('its results cannot be read');
  }
  return undefined;
}

/**
 * Writes the reports about all tasks of the plan that have readable results, also about tasks that another run has
 * done.
 */
async function writeReports({ plan, output, reporter }: FleetRun): Promise<void> {
  const all: TaskResults[] = [];
  for (const { id } of plan.tasks) {
    const found = await readResults(join(output, id), plan.sha256).catch((error: unknown) => {
      reporter.warn(`${id} is not in the reports: its results cannot be read: ${reasonOf(error)}`);
      return undefined;
    });
    if (found !== undefined) all.push(found);
  }
  const write = (name: string, text: string) =>
    writeWhole(join(output, name), (temporary) => writeFile(temporary, text));
  await write('junit.xml', junitOf(all));
  await write('summary.md', summaryOf(all));
}
