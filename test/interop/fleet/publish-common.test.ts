import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { testRelease, writeTestResults } from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { type FleetSite, withFleetSite } from '../../support/publish-command.ts';

type Builds = Parameters<typeof writeTestResults>[2];

async function publish({ place, call }: FleetSite, ...tasks: readonly Builds[]) {
  await rm(place('results'), { recursive: true, force: true });
  const plan = await writeTestPlan(place(), { kernels: [9, 10], meta: 'loose' });
  for (const [index, builds] of tasks.entries()) {
    await writeTestResults(place('results', `task-${index}`), plan, builds);
  }
  return call([place('results')]);
}

const commons = async ({ published }: FleetSite) =>
  (await published()).filter((line) => line.startsWith('hello-modules-common'));

test('the package for all kernels is published once for several tasks, with the packages that need it', async () => {
  await withFleetSite(async (site) => {
    const { lines } = await publish(
      site,
      [{ kernel: 9, common: 'a' }],
      [{ kernel: 10, common: 'a' }],
    );
    expect(lines.map((line) => basename(line)).sort()).toEqual([
      `hello-modules-${testRelease(10)}_1.0-1+6.12.10-1_amd64.deb`,
      `hello-modules-${testRelease(9)}_1.0-1+6.12.9-1_amd64.deb`,
      'hello-modules-common_1.0-1_all.deb',
      'hello-modules-test_1.0-1+6.12.10-1_amd64.deb',
    ]);
    const packages = await site.packages();
    for (const number of [9, 10]) {
      const found = packages.find(({ name }) => name === `hello-modules-${testRelease(number)}`);
      expect(found?.depends).toContain('hello-modules-common (>= 1.0-1)');
    }
    // Again, with one new version: both stay, because modules of both do.
    await publish(site, [{ kernel: 10, version: '1.1-1', common: 'b' }]);
    expect(await commons(site)).toEqual([
      'hello-modules-common 1.0-1',
      'hello-modules-common 1.1-1',
    ]);
  });
});

test('other files with a published version are left out with a message', async () => {
  await withFleetSite(async (site) => {
    await publish(site, [{ kernel: 9, common: 'a' }]);
    const pool = site.place('site/pool/main/h/hello/hello-modules-common_1.0-1_all.deb');
    const before = await readFile(pool);
    const { warnings } = await publish(site, [{ kernel: 10, common: 'b' }]);
    expect(warnings.join()).toContain('hello-modules-common 1.0-1 stays as it is published');
    expect(await readFile(pool)).toEqual(before);
    expect(await commons(site)).toEqual(['hello-modules-common 1.0-1']);
  });
});

test('it is removed from the index with the last modules that need it', async () => {
  await withFleetSite(async (site) => {
    await publish(site, [{ kernel: 9, common: 'a' }]);
    for (const version of ['1.1-1', '1.2-1']) await publish(site, [{ kernel: 9, version }]);
    expect(await commons(site)).toEqual([]);
  });
});
