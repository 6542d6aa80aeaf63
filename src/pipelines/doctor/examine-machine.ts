import { mapConcurrently } from '../../system/process/concurrency.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { withShortChildren } from '../../system/process/limits.ts';
import { checkArchives, checkCaches } from './check-archives.ts';
import { checkKernels } from './check-kernels.ts';
import { checkMachine, isContainer } from './check-machine.ts';
import { checkKeys, checkMaintainer, checkTokens } from './check-people.ts';
import { ProgramCheck } from './check-programs.ts';
import { type MachineFinding, note, type Task } from './machine-finding.ts';
import { installablePackages, withCommand } from './mend-command.ts';
import { PROGRAMS } from './task-programs.ts';

/** The findings for one task, or about the machine itself. */
export interface MachineSection {
  readonly task: Task | 'machine';
  /** Whether the task can be done: no finding has the state `missing`. */
  readonly ready: boolean;
  readonly findings: readonly MachineFinding[];
}

/**
 * The most seconds that a program may take. After that, the program is killed, so that it does not stop the
 * examination.
 */
const CHILD_SECONDS = 20;
const PROGRAMS_AT_ONCE = 8;
/**
 * This many tasks are examined at the same time. If programs of several tasks hang, their time limits run at the same
 * time and do not add up.
 */
const TASKS_AT_ONCE = 4;

/**
 * Finds out whether this machine can do these tasks, and what it lacks for them. Nothing is changed, and nothing is
 * read from the network. `known` are findings about the machine that the caller has made.
 */
export async function examineMachine(
  tasks: readonly Task[],
  known: readonly MachineFinding[] = [],
): Promise<MachineSection[]> {
  return withShortChildren(CHILD_SECONDS, async () => {
    const programs = new ProgramCheck();
    const machine = [...(await checkMachine()), ...known];
    const sections = await mapConcurrently(tasks, TASKS_AT_ONCE, async (task) => {
      const found = await checkTaskPrograms(task, programs);
      return [task, [...found, ...(await checkMore(task, found))]] as const;
    });
    return withCommands([['machine', machine], ...sections]);
  });
}

async function checkTaskPrograms(task: Task, programs: ProgramCheck): Promise<MachineFinding[]> {
  const { needs, uses } = PROGRAMS[task];
  const all = [...needs.map((name) => [name] as const), ...Object.entries(uses)];
  return mapConcurrently(all, PROGRAMS_AT_ONCE, ([name, purpose]) => programs.check(name, purpose));
}

/**
 * Returns findings of a task that are not about single programs. If a program that the task needs does not work, a note
 * replaces these findings.
 */
async function checkMore(
  task: Task,
  programs: readonly MachineFinding[],
): Promise<MachineFinding[]> {
  const broken = programs.find(({ state }) => state === 'missing');
  const asks: Partial<Record<Task, () => Promise<MachineFinding[]>>> = {
    init: async () => [await checkMaintainer()],
    bmdeb: () => checkKernels({ inContainer: isContainer() }),
    signing: async () => [await checkTokens(), ...(await checkKeys())],
    archives: async () => [...(await checkArchives()), ...(await checkCaches())],
    fleet: checkKeys,
  };
  const ask = asks[task];
  if (ask === undefined) return [];
  if (broken !== undefined) {
    return [note('more', `was not checked, because ${broken.subject} is missing or does not work`)];
  }
  return ask();
}

/** Adds to each finding about missing packages the command that installs them. */
async function withCommands(
  sections: readonly (readonly [Task | 'machine', readonly MachineFinding[]])[],
): Promise<MachineSection[]> {
  const packages = sections.flatMap(([, found]) => found.flatMap((one) => one.packages ?? []));
  const installable = await installablePackages(packages);
  const installer = {
    hasApt: findProgram('apt') !== undefined,
    isRoot: process.getuid?.() === 0,
    hasSudo: findProgram('sudo') !== undefined,
  };
  return sections.map(([task, found]) => {
    const findings = found.map((one) => withCommand(one, installable, installer));
    return { task, ready: findings.every(({ state }) => state !== 'missing'), findings };
  });
}
