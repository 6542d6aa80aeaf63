import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { FleetConfig } from '../../../src/fleet/config/fleet-config.ts';
import type { MeasuredSeconds } from '../../../src/fleet/plan/driver-cost.ts';
import { makePlan } from '../../../src/fleet/plan/make-plan.ts';
import { planText } from '../../../src/fleet/plan/plan-file.ts';
import type { PublishedBuilds } from '../../../src/fleet/plan/published-builds.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';
import { listedArchives, listedKernel } from '../../support/fleet-archive.ts';
import { commitAll } from '../../support/source-packages.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-plan-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes the tree of a driver with one file. */
function driver(name: string, conf = '', code = '', parent = directory): string {
  const tree = join(parent, name);
  mkdirSync(tree, { recursive: true });
  writeFileSync(
    join(tree, 'dkms.conf'),
    `PACKAGE_NAME=${name}\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME[0]=${name}\nDEST_MODULE_LOCATION[0]=/updates\n${conf}`,
  );
  writeFileSync(join(tree, 'Makefile'), `obj-m := ${name}.o\n`);
  writeFileSync(join(tree, `${name}.c`), `MODULE_LICENSE("GPL");\n${code}`);
  return name;
}

const KERNELS = ['6.12.9-amd64', '6.12.9-rt-amd64', '6.12.10-amd64'].map((release) =>
  listedKernel(release, '6.12.9-1'),
);
let runs = 0;

/** What the last plan warned of. */
const warnings: string[] = [];

async function plan(
  config: Partial<FleetConfig> & Pick<FleetConfig, 'drivers'>,
  published?: PublishedBuilds,
  kernels = KERNELS,
  measured: MeasuredSeconds = new Map(),
  epoch = '1700000000',
  environment: Readonly<Record<string, string | undefined>> = {},
) {
  const scratch = join(directory, `scratch-${runs++}`);
  mkdirSync(scratch);
  const settings = {
    XDG_CACHE_HOME: join(directory, 'cache'),
    DEBFULLNAME: 'Erika Mustermann',
    DEBEMAIL: 'erika@example.org',
    SOURCE_DATE_EPOCH: epoch,
    ...environment,
  };
  warnings.length = 0;
  return withEnvironment(settings, () =>
    makePlan({
      config: { suites: ['trixie'], ...config },
      configDirectory: directory,
      planDirectory: directory,
      archives: listedArchives(directory, kernels),
      filter: {
        patterns: config.kernels ?? [],
        architectures: ['amd64'],
        flavours: [],
        latest: undefined,
        since: undefined,
      },
      without: [],
      published: published && (async () => published),
      measured,
      scratch,
      reporter: { ...silentReporter, warn: (message) => void warnings.push(message) },
    }),
  );
}

test('every driver is built for every kernel; required and allowed to fail are by name', async () => {
  const made = await plan({
    drivers: [driver('one'), driver('two')],
    required: ['*-amd64'],
    'allow-failure': ['*-rt-*'],
  });
  expect(made.tasks.flatMap(({ builds }) => builds)).toHaveLength(6);
  expect(made.kernels.map(({ name, required }) => [name, required])).toEqual([
    ['6.12.9-amd64', true],
    ['6.12.9-rt-amd64', false],
    ['6.12.10-amd64', true],
  ]);
  expect(made.drivers.map(({ place }) => place)).toEqual(['one', 'two']);
});

test('a second plan of the same world is the same; a changed file, conf or option changes keys', async () => {
  const keys = async (config: Partial<FleetConfig>) => {
    const { tasks } = await plan({ drivers: ['changing'], ...config });
    return tasks.flatMap(({ builds }) => builds.map(({ key }) => key)).sort();
  };
  driver('changing');
  const before = await keys({});
  expect(await keys({})).toEqual(before);
  expect(await keys({ dbgsym: true, meta: 'loose' })).toEqual(before);
  expect(await keys({ initramfs: 'auto' })).not.toEqual(before);
  expect(await keys({ maintainer: 'A B <a@example.org>' })).not.toEqual(before);
  driver('changing', 'AUTOINSTALL=yes\n');
  const conf = await keys({});
  expect(conf).not.toEqual(before);
  driver('changing', 'AUTOINSTALL=yes\n', 'int x;\n');
  expect(await keys({})).not.toEqual(conf);
});

test('a commit that changes another driver leaves the builds as they are', async () => {
  const both = join(directory, 'both');
  const write = (name: string, code = '') => driver(name, '', code, both);
  const drivers = ['still', 'moving'].map((name) => `both/${write(name)}`);
  const builds = async () => {
    const { tasks } = await plan({ drivers }, undefined, KERNELS, new Map(), '');
    const all = tasks.flatMap((task) => task.builds);
    const of = (name: string) => all.filter((build) => build.driver === name).map(({ key }) => key);
    return { still: of('still').sort(), moving: of('moving').sort() };
  };
  await commitAll(both, '@1700000000 +0000');
  const before = await builds();
  expect(before.still).toHaveLength(3);
  write('moving', 'int more;\n');
  await commitAll(both, '@1700086400 +0000');
  const after = await builds();
  expect(after.still).toEqual(before.still);
  expect(after.moving).not.toEqual(before.moving);
});

test('with snapshot: true each commit has its own version; a tree that differs from its commit is refused', async () => {
  const tree = join(directory, 'daily');
  const drivers = [{ path: driver('daily'), snapshot: true }];
  const versionOf = async (day: string) => {
    const commit = await commitAll(tree, `${day}T12:00:00Z`);
    const { drivers: read, tasks } = await plan({ drivers }, undefined, KERNELS, new Map(), '');
    const keys = tasks.flatMap(({ builds }) => builds.map(({ key }) => key)).sort();
    const [{ description } = { description: undefined }] = read;
    expect(description?.version).toBe(`1.0+git${day.replaceAll('-', '')}.${commit.slice(0, 7)}`);
    return keys;
  };
  // Two commits of one day.
  const first = await versionOf('2026-11-21');
  driver('daily', '', 'int b;\n');
  const uncommitted = await errorOf(() => plan({ drivers }));
  expect(uncommitted.code).toBe('uncommitted');
  const second = await versionOf('2026-11-21');
  expect(new Set([...first, ...second]).size).toBe(6);
});

test('what dkms.conf excludes is not built, and said', async () => {
  driver('choosy', 'BUILD_EXCLUSIVE_KERNEL="^6\\\\.12\\\\.10"\n');
  for (let round = 0; round < 2; round++) {
    const { tasks, excluded } = await plan({ drivers: ['choosy'] });
    expect(tasks.flatMap(({ builds }) => builds)).toHaveLength(1);
    expect(excluded).toHaveLength(2);
    expect(excluded[0]?.reason).toContain('does not match 6.12.9-');
  }
});

test('a driver of BUILD_DEPENDS comes first, in the same task; a missing one is named', async () => {
  driver('base');
  driver('needing', 'BUILD_DEPENDS[0]=base\n');
  const { tasks } = await plan({ drivers: ['needing', 'base'], 'task-minutes': 1 });
  for (const { builds } of tasks) {
    const at = (name: string) => builds.findIndex((build) => build.driver === name);
    expect(at('base')).toBeGreaterThanOrEqual(0);
    expect(at('base')).toBeLessThan(at('needing'));
  }
  const error = await errorOf(() => plan({ drivers: ['needing'] }));
  expect(error.message).toBe(
    'needing needs base (BUILD_DEPENDS), but no driver of the plan has this name',
  );
  driver('base', 'BUILD_DEPENDS[0]=needing\n');
  const circle = await errorOf(() => plan({ drivers: ['needing', 'base'] }));
  expect(circle.message).toContain('in a circle: needing → base → needing');
});

test('two drivers of one name, and a driver that is nothing, are errors', async () => {
  driver('same');
  expect((await errorOf(() => plan({ drivers: ['same', { path: 'same' }] }))).code).toBe(
    'same-driver',
  );
  for (const name of ['./nothing', '-o', 'no such', '']) {
    const error = await errorOf(() => plan({ drivers: [name === '' ? ' ' : name] }));
    expect(error.code, name).toBe('no-such-driver');
  }
});

test('the text of a plan does not depend on when and where it was made, but for its date', async () => {
  driver('stable');
  const text = async () =>
    planText({ ...(await plan({ drivers: ['stable'] })), created: '', sha256: '' });
  expect(await text()).toBe(await text());
});

test('what builds took decides about tasks: the median beside the plan, else in the repository, else the size', async () => {
  const drivers = [driver('near'), driver('far'), driver('new')];
  const published = {
    packages: [],
    failed: new Set<string>(),
    seconds: new Map([
      ['near', [1]],
      ['far', [700, 800, 9]],
    ]),
  };
  const made = await plan({ drivers }, published, KERNELS, new Map([['near', [5, 4, 100]]]));
  expect(made.drivers.map(({ cost }) => cost)).toEqual([
    { seconds: 5, builds: 3 },
    { seconds: 700, builds: 3 },
    { seconds: 2, builds: 0 },
  ]);
  // A task should take ten minutes; builds for one kernel stay together.
  expect(made.tasks).toHaveLength(3);
});

test('a driver whose maintainer is not known is named, unless dkms-deb.yaml names one', async () => {
  driver('orphan');
  const nobody = { DEBFULLNAME: undefined, DEBEMAIL: undefined, HOME: directory };
  const planned = (config: Partial<FleetConfig>) =>
    plan({ drivers: ['orphan'], ...config }, undefined, KERNELS, new Map(), '1700000000', nobody);
  await planned({});
  expect(warnings.join()).toContain('no maintainer of orphan is known');
  await planned({ maintainer: 'Erika Mustermann <erika@example.org>' });
  expect(warnings).toEqual([]);
});
