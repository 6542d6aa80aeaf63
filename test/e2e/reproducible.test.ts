import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { type DriverName, driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

const kernels = await installedKernels();

/** All that another machine, person or day may have different, and no package may show. */
const CIRCUMSTANCES = [
  { place: 'a', umask: '022', env: { TZ: 'UTC' }, jobs: '1' },
  {
    place: 'elsewhere/with/a-longer~path',
    umask: '077',
    env: {
      ...{ TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', MAKEFLAGS: '-k', CFLAGS: '-O3', CC: 'false' },
      ...{ KCFLAGS: '-DBOGUS', KBUILD_BUILD_USER: 'somebody', ARCH: 'arm', LC_ALL: 'de_DE' },
    },
    jobs: '2',
  },
] as const;

type Circumstance = (typeof CIRCUMSTANCES)[number];

/** Base name → sha256 of the packages that a command writes under a circumstance. */
async function packagesOf(
  sandbox: Sandbox,
  driver: DriverName,
  command: readonly string[],
  { place, umask, env }: Circumstance,
): Promise<Record<string, string>> {
  const directory = join(sandbox.directory, place);
  // A home of its own: what the first build cached is not to be the second one's result.
  const [tmp, home] = [join(directory, 'temporary'), join(directory, 'home')];
  for (const path of [tmp, home]) await mkdir(path, { recursive: true });
  const tree = await driverTree(driver, join(directory, 'work'));
  const out = join(directory, 'out');
  const lines = await dkmsDebLines(sandbox, [...command, '-o', out, tree], {
    env: { ...env, TMPDIR: tmp, HOME: home },
    under: ['sh', '-c', `umask ${umask}; exec "$0" "$@"`],
  });
  const digests: Record<string, string> = {};
  for (const file of lines.filter((line) => line.endsWith('.deb'))) {
    digests[basename(file)] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }
  return digests;
}

describe.each(['hello', 'duo', 'acpi-call-dkms'] as const)('%s is packed again', (driver) => {
  test.for([
    ['build', () => ['build'], 1],
    ['bmdeb', (jobs: string) => allKernels(jobs), kernels.length],
  ] as const)('%s: the same bytes', async ([, command, packages], { sandbox }) => {
    const results: Record<string, string>[] = [];
    for (const circumstance of CIRCUMSTANCES) {
      const args = command(circumstance.jobs);
      results.push(await packagesOf(sandbox, driver, args, circumstance));
    }
    expect(Object.keys(results[0] ?? {})).toHaveLength(packages);
    expect(results[1]).toEqual(results[0]);
  });
});

function allKernels(jobs: string): string[] {
  return ['bmdeb', '-j', jobs, ...kernels.flatMap((release) => ['-k', release])];
}
