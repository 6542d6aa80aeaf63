import { join } from 'node:path';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import { writePlan } from '../../src/fleet/plan/plan-file.ts';
import { testKey, testRelease } from './fleet-packages.ts';
import { smallPlan } from './small-plan.ts';

export interface TestPlan {
  readonly drivers?: readonly string[];
  /** N of 6.12.N. */
  readonly kernels: readonly number[];
  readonly meta?: 'lockstep' | 'loose' | 'fallback';
  readonly repository?: Plan['repository'];
  readonly excluded?: readonly { driver: string; kernel: number; reason: string }[];
  /** The kernels of the plan's only task, `trixie-1`. Without any, the plan has no task. */
  readonly builds?: readonly number[];
  /** N of the kernels that are in the suite of bookworm, and not in that of trixie. */
  readonly bookworm?: readonly number[];
}

function taskOf(kernels: readonly number[]): Plan['tasks'][number] {
  const builds = kernels.map((kernel) => ({
    ...{ driver: 'hello', kernel: `k${kernel}`, reason: 'new kernel' },
    key: testKey({ kernel }),
  }));
  const about = { base: 'trixie', architecture: 'amd64', toolchain: 'trixie-gcc-14-amd64' };
  return { id: 'trixie-1', ...about, cost: 1, builds };
}

/** Writes plan.json for kernels of the flavour `test` into `directory` and returns its sha256. */
export async function writeTestPlan(directory: string, wish: TestPlan): Promise<string> {
  const { drivers: names = ['hello'], kernels: numbers, meta, repository, excluded = [] } = wish;
  const { builds = [], bookworm = [] } = wish;
  const base = smallPlan();
  const [driver] = base.drivers;
  const [kernel] = base.kernels;
  if (driver === undefined || kernel === undefined) throw new Error('a small plan has both');
  const { sha256: _, ...rest } = base;
  const plan = smallPlan({
    ...rest,
    drivers: names.map((name) => ({ ...driver, id: name, name })),
    kernels: numbers.map((number) => ({
      ...kernel,
      id: `k${number}`,
      name: testRelease(number),
      release: testRelease(number),
      version: `6.12.${number}-1`,
      flavour: 'test',
      ...(bookworm.includes(number) && { base: 'bookworm', suites: ['bookworm'] }),
    })),
    tasks: builds.length === 0 ? [] : [taskOf(builds)],
    packages: { ...base.packages, ...(meta && { meta }) },
    ...(repository && { repository }),
    excluded: excluded.map(({ driver: of, kernel: number, reason }) => ({
      driver: of,
      kernel: `k${number}`,
      reason,
    })),
  });
  await writePlan(join(directory, 'plan.json'), plan);
  return plan.sha256;
}
