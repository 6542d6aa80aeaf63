import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256OfFile } from '../../../src/archives/store/header-store.ts';
import type { Plan } from '../../../src/fleet/plan/plan-document.ts';
import { sealPlan } from '../../../src/fleet/plan/plan-file.ts';
import { readAnyResults, writeResults } from '../../../src/fleet/run/results-file.ts';
import { setAside } from '../../../src/fleet/run/set-aside.ts';
import { takeOver, type WantedSigners } from '../../../src/fleet/run/take-over.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import {
  type TestModules,
  testKey,
  testRelease,
  writeModules,
  writeTestResults,
} from '../../support/fleet-packages.ts';
import { KEY, smallPlan } from '../../support/small-plan.ts';

const warned: string[] = [];
const reporter = { warn: (message: string) => void warned.push(message) };
const OTHER = 'f'.repeat(64);

/** Returns a plan with a task for each list of kernels, N of 6.12.N. */
function planOf(tasks: readonly (readonly number[])[], more: Partial<Plan> = {}): Plan {
  const { sha256: _, ...base } = smallPlan();
  const [kernel] = base.kernels;
  const [task] = base.tasks;
  if (kernel === undefined || task === undefined) throw new Error('a small plan has both');
  return sealPlan({
    ...base,
    kernels: tasks.flat().map((number) => ({
      ...kernel,
      id: `k${number}`,
      name: testRelease(number),
      release: testRelease(number),
      version: `6.12.${number}-1`,
      required: number !== 8,
    })),
    tasks: tasks.map((numbers, at) => ({
      ...task,
      id: `task-${at + 1}`,
      builds: numbers.map((number) => ({
        ...{ driver: 'hello', kernel: `k${number}`, reason: 'new kernel' },
        key: testKey({ kernel: number }),
      })),
    })),
    ...more,
  });
}

interface Place {
  readonly output: string;
  /** Sets other plans aside and takes over what a plan needs. Returns the ids of the tasks that were taken over. */
  take(plan: Plan, signers?: { readonly of: WantedSigners }): Promise<string[]>;
}

async function withResults(
  builds: Parameters<typeof writeTestResults>[2],
  work: (place: Place) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory('results', async (output) => {
    await writeTestResults(join(output, 'task-1'), OTHER, builds);
    await work({
      output,
      take: async (plan, { of } = { of: [] }) => {
        await setAside(output, plan.sha256, reporter);
        const planned = { plan, planFile: 'plan.json', output, reporter };
        const taken = await takeOver(plan.tasks, planned, of);
        return [...taken.keys()].map(({ id }) => id);
      },
    });
  });
}

const fileOf = (kernel: number) =>
  `hello-modules-${testRelease(kernel)}_1.0-1+6.12.${kernel}-1_amd64.deb`;

test('bug: results of yesterday do not stop the run of today: its tasks take over what was built from the same input', async () => {
  await withResults([{ kernel: 8 }, { kernel: 9 }, { kernel: 10 }], async ({ output, take }) => {
    // 8 is published meanwhile, and the others are divided into other tasks.
    const plan = planOf([[9], [10]]);
    expect(await take(plan)).toEqual(['task-1', 'task-2']);
    expect((await readdir(join(output, 'task-1'))).sort()).toEqual([fileOf(9), 'results.json']);
    const results = await readAnyResults(join(output, 'task-2'));
    expect(results).toMatchObject({
      plan: plan.sha256,
      task: 'task-2',
      builds: [{ kernel: 'k10', status: 'built', file: fileOf(10) }],
    });
    expect(existsSync(join(output, 'earlier/task-1', fileOf(8)))).toBe(true);
  });
});

test('bug: a plan by mistake in between takes nothing from the results of the plan before: an equal plan takes them over', async () => {
  await withResults([{ kernel: 9 }], async ({ output, take }) => {
    const mistake = planOf([[11]]);
    expect(await take(mistake)).toEqual([]);
    // It was stopped in its first task.
    await writeTestResults(join(output, 'task-1'), mistake.sha256, [
      { kernel: 11, status: 'failed' },
    ]);
    expect(await take(planOf([[9]], { tool: 'later' }))).toEqual(['task-1']);
    expect((await readdir(join(output, 'earlier'))).sort()).toEqual(['task-1', 'task-1.2']);
  });
});

test('if one of several earlier builds cannot be used, another is taken over', async () => {
  await withResults([{ kernel: 9 }], async ({ output, take }) => {
    await setAside(output, KEY, reporter);
    await writeTestResults(join(output, 'task-1'), 'e'.repeat(64), [{ kernel: 9 }]);
    await setAside(output, OTHER, reporter);
    for (const damaged of ['task-1', 'task-1.2']) {
      const file = join(output, 'earlier', damaged, fileOf(9));
      await rename(file, `${file}.kept`);
      expect(await take(planOf([[9]])), damaged).toEqual(['task-1']);
      await rename(`${file}.kept`, file);
      await rm(join(output, 'task-1'), { recursive: true });
    }
  });
});

test('whether a build is required is what the new plan says', async () => {
  await withResults([{ kernel: 8 }], async ({ output, take }) => {
    expect(await take(planOf([[8]]))).toEqual(['task-1']);
    const [build] = (await readAnyResults(join(output, 'task-1')))?.builds ?? [];
    expect(build?.required).toBe(false);
  });
});

test('a build that failed, is missing, or has another key is not taken over, nor is the rest of its task', async () => {
  await withResults([{ kernel: 9 }, { kernel: 10, status: 'failed' }], async ({ output, take }) => {
    expect(await take(planOf([[9, 10]]))).toEqual([]);
    expect(await take(planOf([[9, 11]]))).toEqual([]);
    const changed = planOf([[9]]);
    const tasks = changed.tasks.map((task) => ({
      ...task,
      builds: task.builds.map((build) => ({ ...build, key: KEY })),
    }));
    expect(await take(planOf([[9]], { tasks }))).toEqual([]);
    expect(existsSync(join(output, 'task-1'))).toBe(false);
    expect(await take(planOf([[9]]))).toEqual(['task-1']);
  });
});

test('packages with other bytes, names, debug data or signatures are not taken over', async () => {
  await withResults([{ kernel: 9 }], async ({ output, take }) => {
    const plan = planOf([[9]]);
    const packages = { ...plan.packages, dbgsym: true };
    expect(await take(planOf([[9]], { packages }))).toEqual([]);
    const rebuilt = plan.tasks.map((task) => ({
      ...task,
      builds: task.builds.map((build) => ({ ...build, rebuild: 1 })),
    }));
    expect(await take(planOf([[9]], { tasks: rebuilt }))).toEqual([]);
    expect(await take(plan, { of: [['aa']] })).toEqual([]);
    expect(await take(plan, { of: undefined })).toEqual([]);
    await writeFile(join(output, 'earlier/task-1', fileOf(9)), 'cut');
    expect(await take(plan)).toEqual([]);
    await rm(join(output, 'earlier/task-1', fileOf(9)));
    expect(await take(plan)).toEqual([]);
  });
});

test('signed packages are taken over only by a run that signs with the same key', async () => {
  const signed: TestModules = { kernel: 9, signers: 'aa' };
  await withResults([{ kernel: 9 }], async ({ output, take }) => {
    const directory = join(output, 'task-1');
    const file = await writeModules(directory, signed);
    const results = await readAnyResults(directory);
    const [build] = results?.builds ?? [];
    if (results === undefined || build === undefined) throw new Error('they were written');
    const sha256 = await sha256OfFile(file);
    await writeResults(directory, {
      ...results,
      builds: [{ ...build, file: basename(file), sha256 }],
    });
    const plan = planOf([[9]]);
    expect(await take(plan)).toEqual([]);
    expect(await take(plan, { of: [['bb', 'cc']] })).toEqual([]);
    expect(await take(plan, { of: [['bb', 'aa']] })).toEqual(['task-1']);
  });
});

test('setAside moves only results of other plans, those that are named, and keeps what it moved before', async () => {
  await withResults([{ kernel: 9, status: 'excluded' }], async ({ output }) => {
    const old = join(output, 'earlier/task-1');
    await mkdir(old, { recursive: true });
    await writeFile(join(old, 'old.deb'), '');
    await writeTestResults(join(output, 'task-2'), OTHER, []);
    await mkdir(join(output, 'logs'));
    await mkdir(join(output, 'damaged'));
    await writeFile(join(output, 'damaged/results.json'), '{');
    const moved = async (...args: Parameters<typeof setAside>) => (await setAside(...args)).moved;
    expect(await moved(output, OTHER, reporter)).toEqual([]);
    expect(await moved(output, KEY, reporter, ['task-1', 'task-3'])).toEqual(['task-1']);
    expect(await readdir(old)).toEqual(['old.deb']);
    expect(await readdir(`${old}.2`)).toEqual(['results.json']);
    expect(await moved(output, KEY, reporter)).toEqual(['task-2']);
    expect((await readdir(output)).sort()).toEqual(['damaged', 'earlier', 'logs']);
    expect(new Set(warned)).toEqual(
      new Set([
        `the results of damaged in ${output} cannot be read, so they stay there if they are of another plan`,
      ]),
    );
  });
});

test('of many directories of one name five stay, and the oldest that is removed is told', async () => {
  await withTemporaryDirectory('results', async (output) => {
    const removed: string[] = [];
    for (let day = 1; day <= 8; day++) {
      const directory = join(output, 'task-1');
      await writeTestResults(directory, OTHER, []);
      await writeFile(join(directory, `day-${day}`), '');
      await utimes(directory, day, day);
      removed.push(...(await setAside(output, KEY, reporter)).removed);
    }
    expect(removed).toEqual(['task-1', 'task-1', 'task-1']);
    const found = await readdir(join(output, 'earlier'), { recursive: true });
    const days = found.filter((path) => path.includes('day-')).map((path) => path.slice(-1));
    expect(days.sort()).toEqual(['4', '5', '6', '7', '8']);
  });
});

test('bug: runs of one plan that clear its directory at once do not meet a directory that is gone', async () => {
  await withTemporaryDirectory('results', async (output) => {
    const names = Array.from({ length: 20 }, (_, at) => `task-${at}`);
    for (const name of names) await writeTestResults(join(output, name), OTHER, []);
    const all = await Promise.all([1, 2, 3, 4].map(() => setAside(output, KEY, reporter)));
    expect(all.flatMap(({ moved }) => moved).sort()).toEqual(names.sort());
    expect((await readdir(join(output, 'earlier'))).sort()).toEqual(names);
  });
});
