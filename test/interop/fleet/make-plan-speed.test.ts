import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makePlan } from '../../../src/fleet/plan/make-plan.ts';
import { readPlan, writePlan } from '../../../src/fleet/plan/plan-file.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import type { PublishedPackage } from '../../../src/repository/published-package.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { withEnvironment } from '../../support/environment.ts';
import { listedArchives, listedKernel } from '../../support/fleet-archive.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-plan-'));
afterAll(() => rmSync(directory, { recursive: true }));

const DRIVERS = Array.from({ length: 100 }, (_, number) => {
  const name = `driver${number}`;
  const tree = join(directory, name);
  mkdirSync(tree);
  // Every tenth one excludes kernels, half of these in a form that only bash reads.
  const conditions = ['BUILD_EXCLUSIVE_KERNEL_MIN=6.2', 'BUILD_EXCLUSIVE_KERNEL="^6\\.1\\."'];
  writeFileSync(
    join(tree, 'dkms.conf'),
    `PACKAGE_NAME=${name}\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME[0]=${name}\nDEST_MODULE_LOCATION[0]=/updates\n${number % 10 === 0 ? conditions[(number / 10) % 2] : ''}\n`,
  );
  writeFileSync(join(tree, 'Makefile'), `obj-m := ${name}.o\n`);
  writeFileSync(join(tree, `${name}.c`), `/* SPDX-License-Identifier: GPL-2.0 */\n`);
  return name;
});
/** 1 000 kernels: all that Debian has today, five times over. */
const KERNELS = Array.from({ length: 1000 }, (_, number) =>
  listedKernel(`6.${1 + (number % 12)}.${number}-amd64`, `6.${1 + (number % 12)}.${number}-1`),
);

async function plan(published: readonly PublishedPackage[]) {
  const scratch = mkdtempSync(join(directory, 'scratch-'));
  const settings = { XDG_CACHE_HOME: join(directory, 'cache'), SOURCE_DATE_EPOCH: '1700000000' };
  return withEnvironment(settings, () =>
    makePlan({
      config: { drivers: DRIVERS, suites: ['trixie'] },
      configDirectory: directory,
      planDirectory: directory,
      archives: listedArchives(directory, KERNELS),
      filter: {
        patterns: [],
        architectures: ['amd64'],
        flavours: [],
        latest: undefined,
        since: undefined,
      },
      without: [],
      published: async () => ({ packages: published, failed: new Set(), seconds: new Map() }),
      measured: new Map(),
      scratch,
      reporter: silentReporter,
    }),
  );
}

/** The first plan reads 100 trees, each with git and bash. Later plans read a tree only if it has changed. */
test('writing and reading a plan of 1 000 kernels and 100 drivers each take less than 10 s of CPU and 500 MB', async () => {
  const first = await plan([]);
  const count = first.tasks.flatMap(({ builds }) => builds).length;
  expect(count + first.excluded.length).toBe(100_000);
  expect(first.excluded.length).toBeGreaterThan(4000);
  expect(first.tasks.length).toBeLessThanOrEqual(250);
  const file = join(directory, 'plan.json');
  const milliseconds = await cpuTime(async () => {
    const again = await plan([]);
    expect(again.tasks).toEqual(first.tasks);
    await writePlan(file, again);
    await readPlan(file);
  });
  expect(milliseconds).toBeLessThan(10_000);
  expect(process.memoryUsage().rss).toBeLessThan(500_000_000);
}, 600_000);
