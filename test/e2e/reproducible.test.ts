import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { type DriverName, driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import {
  type CallOptions,
  call,
  dkmsDebLines,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';

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
  return digestsOf(sandbox, [...command, '-o', out, tree], {
    env: { ...env, TMPDIR: tmp, HOME: home },
    under: ['sh', '-c', `umask ${umask}; exec "$0" "$@"`],
  });
}

/** One driver is built for a kernel of each version, and the others for one each. */
const DRIVERS = [
  ['hello', kernels.slice(-1)],
  ['duo', kernels.filter((release) => !release.includes('-rt-'))],
  ['acpi-call-dkms', kernels.slice(0, 1)],
] as const;

describe.each(DRIVERS)('%s is packed again', (driver, releases) => {
  test.for([
    ['build', () => ['build'], 1],
    ['bmdeb', (jobs: string) => bmdeb(jobs, releases), releases.length],
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

describe('without debian/', () => {
  const [release = ''] = kernels;

  test('two clones of one commit, made at different times, give the same bytes', async ({
    sandbox,
  }) => {
    const first = await driverTree('duo', join(sandbox.directory, 'first'));
    const git = (...args: string[]) => call(sandbox, 'git', args, { cwd: first, env: COMMITTER });
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'Add duo');
    const second = join(sandbox.directory, 'another/place');
    await call(sandbox, 'git', ['clone', '-q', first, second]);
    await call(sandbox, 'sh', ['-c', 'find "$0" -exec touch -d 2031-05-05 {} +', second]);
    const digests: unknown[] = [];
    for (const tree of [first, second]) {
      const one: Record<string, string> = {};
      for (const command of [
        ['build', '-b'],
        ['bmdeb', '--no-cache', '-k', release],
      ]) {
        const out = join(tree, '..', 'out');
        Object.assign(one, await digestsOf(sandbox, [...command, '-o', out, tree]));
      }
      digests.push(one);
    }
    expect(Object.keys(digests[0] ?? {})).toHaveLength(2);
    expect(digests[1]).toEqual(digests[0]);
  });

  test('in a tree without git, build products that come and go do not change the bytes', async ({
    sandbox,
  }) => {
    const tree = await driverTree('hello', sandbox.directory);
    const args = ['bmdeb', '-k', release, '-o', sandbox.out, tree];
    const before = await digestsOf(sandbox, args);
    await writeFile(join(tree, 'hello.ko'), 'an old product');
    expect(await digestsOf(sandbox, args)).toEqual(before);
  });
});

const COMMITTER = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_COMMITTER_DATE: '2024-02-03T04:05:06Z',
};

/** Base name → sha256 of the .debs that a call prints. */
async function digestsOf(
  sandbox: Sandbox,
  args: readonly string[],
  options: CallOptions = {},
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const file of await dkmsDebLines(sandbox, args, options)) {
    if (!file.endsWith('.deb')) continue;
    const hash = createHash('sha256').update(await readFile(file));
    digests[basename(file)] = hash.digest('hex');
  }
  expect(digests).not.toEqual({});
  return digests;
}

function bmdeb(jobs: string, releases: readonly string[]): string[] {
  return ['bmdeb', '-j', jobs, ...releases.flatMap((release) => ['-k', release])];
}
