import { PLAN_SCHEMA, type Plan } from '../../src/fleet/plan/plan-document.ts';
import { sealPlan } from '../../src/fleet/plan/plan-file.ts';
import { helloDescription } from './module-build.ts';

const DIGEST = 'a'.repeat(64);
export const KEY = `sha256:${'b'.repeat(64)}`;

/** Returns a plan with one driver, two kernels (the second not required) and a task for each kernel. */
export function smallPlan(more: Partial<Omit<Plan, 'sha256'>> = {}): Plan {
  const { homepage: _, ...description } = helloDescription('1.0-1');
  const kernel = (release: string, required: boolean): Plan['kernels'][number] => ({
    id: `${release}_6.12.9-1_amd64`,
    name: release,
    release,
    base: 'trixie',
    suites: ['trixie'],
    architecture: 'amd64',
    version: '6.12.9-1',
    source: 'linux',
    flavour: 'amd64',
    family: 'debian',
    required,
    parts: [
      {
        name: `linux-headers-${release}`,
        version: '6.12.9-1',
        architecture: 'amd64',
        sha256: DIGEST,
        size: 1,
      },
    ],
    libc: null,
    compiler: 'gcc-14',
    toolchain: 'trixie-gcc-14-amd64',
  });
  const kernels = [kernel('6.12.9-amd64', true), kernel('6.12.9-rt-amd64', false)];
  return sealPlan({
    schema: PLAN_SCHEMA,
    created: '2026-11-27T00:00:00Z',
    tool: '0.1.0',
    configuration: DIGEST,
    host: 'amd64',
    archives: { suites: ['trixie'], sources: [], architectures: ['amd64'] },
    packages: { dbgsym: false, initramfs: 'never', dkmsRelation: 'coexist' },
    drivers: [
      {
        id: 'hello',
        kind: 'tree',
        place: '.',
        name: 'hello',
        version: '1.0',
        buildDepends: [],
        description: { ...description, paragraphs: [], distributions: ['unstable'] },
        timestamp: 1_700_000_000,
        sha256: DIGEST,
        confSha256: DIGEST,
        cost: { seconds: 2, builds: 0 },
      },
    ],
    kernels,
    toolchains: [
      {
        id: 'trixie-gcc-14-amd64',
        base: 'trixie',
        compiler: 'gcc-14',
        architecture: 'amd64',
        packages: [],
      },
    ],
    tasks: kernels.map(({ id }, at) => ({
      id: `trixie-gcc14-amd64-${at + 1}`,
      base: 'trixie',
      architecture: 'amd64',
      toolchain: 'trixie-gcc-14-amd64',
      cost: 3,
      builds: [{ driver: 'hello', kernel: id, key: KEY, reason: 'new kernel' }],
    })),
    kept: [],
    excluded: [],
    ...more,
  });
}
