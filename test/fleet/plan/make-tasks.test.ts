import { expect, test } from 'vitest';
import { makeTasks } from '../../../src/fleet/plan/make-tasks.ts';
import {
  type PlannedBuild,
  type PlannedKernel,
  TASK_ID,
} from '../../../src/fleet/plan/plan-document.ts';
import { KEY, smallPlan } from '../../support/small-plan.ts';

const [base] = smallPlan().kernels;

function kernels(count: number, more: Partial<PlannedKernel> = {}): PlannedKernel[] {
  return Array.from({ length: count }, (_, at) => ({
    ...(base as PlannedKernel),
    ...more,
    id: `${more.architecture ?? 'amd64'}-${more.base ?? 'trixie'}-${at}`,
  }));
}

function tasksFor(
  all: readonly PlannedKernel[],
  drivers: readonly string[],
  cost: number,
  seconds: number,
) {
  const builds = new Map<PlannedKernel, PlannedBuild[]>(
    all.map((kernel) => [
      kernel,
      drivers.map((driver) => ({ driver, kernel: kernel.id, key: KEY, reason: 'x' })),
    ]),
  );
  return makeTasks(builds, { cost: new Map(drivers.map((name) => [name, cost])), seconds });
}

test('tasks are for one compiler and architecture, and cost about the same', () => {
  const all = [...kernels(40), ...kernels(20, { architecture: 'arm64' })];
  const tasks = tasksFor(all, ['a', 'b'], 9, 100);
  expect(tasks.map(({ id }) => id)).toContain('trixie-gcc14-arm64-1');
  expect(tasks.length).toBe(8 + 4);
  for (const { cost, architecture, builds, id } of tasks) {
    expect(cost).toBe(100);
    expect(builds.every(({ kernel }) => kernel.startsWith(architecture))).toBe(true);
    expect(id).toMatch(TASK_ID);
  }
  expect(new Set(tasks.flatMap(({ builds }) => builds)).size).toBe(120);
});

test('there are at most 200 tasks, which GitLab allows, however many builds', () => {
  const tasks = tasksFor([...kernels(2000), ...kernels(2000, { base: 'sid' })], ['a'], 100, 60);
  expect(tasks.length).toBeLessThanOrEqual(200);
  expect(tasks.length).toBeGreaterThan(150);
  expect(tasks.flatMap(({ builds }) => builds)).toHaveLength(4000);
});

test('more suites, compilers and architectures than there may be tasks are refused', () => {
  const suites = (count: number) =>
    Array.from({ length: count }, (_, at) => kernels(1, { base: `suite${at}` })).flat();
  expect(tasksFor(suites(200), ['a'], 100, 60)).toHaveLength(200);
  expect(() => tasksFor(suites(201), ['a'], 100, 60)).toThrow(/201 tasks.*at most 200/);
});

test('nothing to build makes no task; odd names of archives make valid ids', () => {
  expect(makeTasks(new Map(), { cost: new Map(), seconds: 1 })).toEqual([]);
  const odd = [
    ...kernels(1, { base: './' }),
    ...kernels(1, { base: 'Ubuntu/Noble Numbat'.repeat(9), compiler: null, toolchain: null }),
  ];
  const tasks = tasksFor(odd, ['a'], 1, 60);
  expect(tasks).toHaveLength(2);
  for (const { id } of tasks) expect(id).toMatch(TASK_ID);
});

// Bug: compilers or codenames of which only the first 50 letters, or capitals, differ came into one task.
test('different archives have tasks of their own, also if their names are alike', () => {
  const bases = ['x'.repeat(60), `${'x'.repeat(60)}y`, 'Trixie', 'trixie'];
  const tasks = tasksFor(
    bases.flatMap((one) => kernels(2, { base: one })),
    ['a'],
    9,
    1000,
  );
  expect(tasks.map((task) => task.base)).toEqual(bases);
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(4);
  for (const { id } of tasks) expect(id).toMatch(TASK_ID);
});
