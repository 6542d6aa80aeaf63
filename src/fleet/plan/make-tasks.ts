import { InputError } from '../../errors.ts';
import {
  MOST_TASKS,
  type PlannedBuild,
  type PlannedKernel,
  type PlannedTask,
} from './plan-document.ts';

/** The seconds that the headers of one kernel take: to fetch, unpack and check them. */
const KERNEL_COST = 2;

export interface TaskWish {
  /** By the id of a driver: the seconds that one build takes. */
  readonly cost: ReadonlyMap<string, number>;
  /** The seconds that a task should take on one processor. */
  readonly seconds: number;
}

interface Group {
  readonly name: string;
  readonly base: string;
  readonly architecture: string;
  readonly toolchain: string;
  readonly units: Unit[];
}

/** The builds for one kernel. They stay in one task, so that the headers are unpacked once. */
interface Unit {
  readonly builds: readonly PlannedBuild[];
  readonly cost: number;
}

/**
 * Divides builds into tasks. All builds of a task have the same codename, compiler and architecture. A task costs about
 * `seconds`; less if there are few builds with these three, and more if there would otherwise be more than MOST_TASKS
 * tasks. Throws InputError `too-many-tasks` if there are more than MOST_TASKS combinations of codename, compiler and
 * architecture.
 */
export function makeTasks(
  builds: ReadonlyMap<PlannedKernel, readonly PlannedBuild[]>,
  { cost, seconds }: TaskWish,
): PlannedTask[] {
  const groups = new Map<string, Group>();
  for (const [{ base, architecture, compiler, toolchain }, own] of builds) {
    const key = JSON.stringify([base, compiler, architecture]);
    const group = groups.get(key) ?? {
      name: nameFor(`${base}-${compiler?.replace('-', '') ?? 'unnamed'}-${architecture}`, groups),
      base,
      architecture,
      toolchain: toolchain ?? 'unnamed',
      units: [],
    };
    const sum = own.reduce((total, { driver }) => total + (cost.get(driver) ?? 1), KERNEL_COST);
    group.units.push({ builds: own, cost: sum });
    groups.set(key, group);
  }
  if (groups.size > MOST_TASKS) throw tooMany(groups.size);
  let target = seconds;
  const count = () => sum([...groups.values()].map((group) => numberOfTasks(group, target)));
  while (count() > MOST_TASKS) target *= 1.1;
  return [...groups.values()].flatMap((group) => tasksOf(group, numberOfTasks(group, target)));
}

/**
 * Returns the name of a new group, made of `text` with characters that TASK_ID allows. The ids of the group's tasks
 * begin with this name.
 */
function nameFor(text: string, groups: ReadonlyMap<string, Group>): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9.]+/g, '-');
  const name = plain.replace(/^[^a-z0-9]+/, '').slice(0, 50) || 'kernels';
  const taken = new Set([...groups.values()].map((group) => group.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}

function tooMany(count: number): InputError {
  return new InputError(
    'too-many-tasks',
    `the plan would have ${count} tasks, one for each suite, compiler and architecture; at most ${MOST_TASKS} are possible`,
    { hint: 'Name fewer suites or architectures, and the others in another dkms-deb.yaml.' },
  );
}

function numberOfTasks({ units }: Group, seconds: number): number {
  const total = sum(units.map(({ cost }) => cost));
  return Math.max(1, Math.min(units.length, Math.ceil(total / seconds)));
}

/**
 * Divides the units of a group into `count` tasks. Each unit, the largest first, goes to the task with the lowest cost
 * so far.
 */
function tasksOf(group: Group, count: number): PlannedTask[] {
  const { name, base, architecture, toolchain, units } = group;
  const tasks = Array.from({ length: count }, () => ({ cost: 0, builds: [] as PlannedBuild[] }));
  for (const unit of [...units].sort((a, b) => b.cost - a.cost)) {
    const least = tasks.reduce((best, one) => (one.cost < best.cost ? one : best));
    least.cost += unit.cost;
    least.builds.push(...unit.builds);
  }
  return tasks.map((task, at) => ({
    id: `${name}-${at + 1}`,
    base,
    architecture,
    toolchain,
    cost: Math.round(task.cost),
    builds: task.builds,
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
