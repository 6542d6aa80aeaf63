import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import {
  testKey,
  testRelease,
  writeModules,
  writeTestResults,
} from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { lintianProblems } from '../../support/lintian.ts';
import { withFleetSite } from '../../support/publish-command.ts';

const modules = (kernel: number, version = '1.0-1') =>
  `hello-modules-${testRelease(kernel)} ${version}+6.12.${kernel}-1`;
const meta = (kernel: number, version = '1.0-1', suffix = '') =>
  `hello-modules-test ${version}+6.12.${kernel}-1${suffix}`;

const EXPECTED = {
  'package-installs-apt-sources': 'it is what the package is for',
  'unknown-field': 'Build-Key says when its contents change',
};

test('packages of bmdeb -o out are published with only a suite and a key; a second time nothing changes', async () => {
  await withFleetSite(async ({ site, place, call, published, packages }) => {
    for (const kernel of [9, 10]) await writeModules(place('out'), { kernel });
    const { lines } = await call([place('out')], { suite: 'trixie', meta: 'lockstep' });
    expect(lines).toEqual([
      `pool/main/h/hello/hello-modules-${testRelease(10)}_1.0-1+6.12.10-1_amd64.deb`,
      `pool/main/h/hello/hello-modules-${testRelease(9)}_1.0-1+6.12.9-1_amd64.deb`,
      'pool/main/h/hello/hello-modules-test_1.0-1+6.12.10-1_amd64.deb',
    ]);
    expect(await published()).toEqual([modules(10), modules(9), meta(10)]);
    const found = (await packages()).find(({ name }) => name === 'hello-modules-test');
    expect(found?.depends).toBe(
      `hello-modules-${testRelease(10)} (= 1.0-1+6.12.10-1), linux-latest-modules-${testRelease(10)}`,
    );
    const before = await readFile(join(site, 'dists/trixie/InRelease'));
    const again = await call([place('out')], { suite: 'trixie', meta: 'lockstep' });
    expect(again.document).toMatchObject({ suites: [{ suite: 'trixie', changed: false }] });
    expect(await readFile(join(site, 'dists/trixie/InRelease'))).toEqual(before);
  });
});

test('the metapackage describes the driver like its modules; dpkg and lintian have no complaints', async () => {
  await withFleetSite(async ({ site, place, call, packages }) => {
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], {
      suite: 'trixie',
      meta: 'loose',
      origin: 'Acme',
      url: 'https://acme.example/x',
    });
    const file = async (name: string) => {
      const found = (await packages()).find((one) => one.name === name);
      return join(site, found?.fileName ?? '');
    };
    const deb = await file('hello-modules-test');
    const { stdout } = await run('dpkg-deb', ['-f', deb]);
    expect(stdout).toContain('Source: hello (1.0-1)');
    expect(stdout).toContain(
      'Description: greeting in /proc/hello (modules for test kernels)\n A greeting that',
    );
    const changelog = await run('sh', [
      '-c',
      `dpkg-deb --fsys-tarfile "$0" | tar -xO --wildcards '*/changelog.*' | zcat`,
      deb,
    ]);
    expect(changelog.stdout).toMatch(/^hello \(1\.0-1\+6\.12\.9-1\) unstable;/);
    expect(changelog.stdout).toMatch(/\nhello \(1\.0-1\) unstable;/);
    expect(changelog.stdout.match(/^hello \(/gm)).toHaveLength(2);
    expect(await lintianProblems([deb, await file('acme-archive-keyring')], EXPECTED)).toEqual([]);
  });
});

test('if a kernel fails, its published modules stay, and the metapackage stays with them (last good)', async () => {
  await withFleetSite(async ({ site, place, call, published }) => {
    const publish = async (kernels: number[], builds: Parameters<typeof writeTestResults>[2]) => {
      await rm(place('results'), { recursive: true, force: true });
      const plan = await writeTestPlan(place(), { kernels, meta: 'lockstep' });
      await writeTestResults(place('results/trixie-1'), plan, builds);
      return call([place('results')]);
    };
    await publish([9], [{ kernel: 9 }]);
    expect(await published()).toEqual([modules(9), meta(9)]);
    const { warnings } = await publish(
      [9, 10],
      [
        { kernel: 10, status: 'failed', firstError: 'hello.c:1:1: error: no' },
        { kernel: 9, version: '1.1-1', status: 'failed' },
      ],
    );
    expect(warnings).toContain(
      `hello failed for ${testRelease(10)}: no package is published for this kernel`,
    );
    expect(warnings).toContain(
      `hello failed for ${testRelease(9)}: 1.0-1+6.12.9-1 stays published`,
    );
    expect(await published()).toEqual([modules(9), meta(9)]);
    const status = JSON.parse(await readFile(join(site, 'dkms-deb/status.json'), 'utf8'));
    expect(status.builds).toMatchObject([
      { driver: 'hello', release: testRelease(9), status: 'failed', version: '1.0-1+6.12.9-1' },
      {
        release: testRelease(10),
        status: 'failed',
        error: { code: 'make-failed', firstError: 'hello.c:1:1: error: no' },
      },
    ]);
    // The date of a failure stays while it fails.
    await publish([9, 10], [{ kernel: 10, status: 'failed' }]);
    const later = JSON.parse(await readFile(join(site, 'dkms-deb/status.json'), 'utf8'));
    expect(later.builds[1].since).toBe(status.builds[1].since);
    expect(later.builds[0]).toMatchObject({ status: 'published', seconds: 1 });
    expect(later.builds[1].seconds).toBeUndefined();
    await publish([9, 10], [{ kernel: 10, version: '1.1-1' }]);
    expect(await published()).toEqual([modules(10, '1.1-1'), modules(9), meta(10, '1.1-1')]);
  });
});

test('if a kernel is withdrawn, the metapackage goes back to the newest kernel that the suite still has', async () => {
  await withFleetSite(async ({ place, call, published }) => {
    const publish = async (kernels: number[], built: number[]) => {
      await rm(place('results'), { recursive: true, force: true });
      const plan = await writeTestPlan(place(), { kernels, meta: 'lockstep' });
      await writeTestResults(
        place('results/t'),
        plan,
        built.map((kernel) => ({ kernel })),
      );
      return call([place('results')]);
    };
    await publish([9, 10], [9, 10]);
    expect(await published()).toContain(meta(10));
    await publish([9], []);
    expect(await published()).toEqual([modules(10), modules(9), meta(9)]);
    await publish([9, 10], []);
    expect(await published()).toEqual([modules(10), modules(9), meta(10)]);
  });
});

test('another kind of metapackage for the same modules gets a version that sorts higher', async () => {
  await withFleetSite(async ({ place, call, published }) => {
    await writeModules(place('out'), { kernel: 9 });
    const as = async (kind: 'lockstep' | 'loose' | 'fallback') => {
      await call([place('out')], { suite: 'trixie', meta: kind });
      return (await published()).filter((line) => line.startsWith('hello-modules-test'));
    };
    expect(await as('loose')).toEqual([meta(9)]);
    expect(await as('lockstep')).toEqual([meta(9, '1.0-1', '+meta1')]);
    expect(await as('lockstep')).toEqual([meta(9, '1.0-1', '+meta1')]);
    expect(await as('loose')).toEqual([meta(9, '1.0-1', '+meta2')]);
    await writeModules(place('out'), { kernel: 10 });
    expect(await as('fallback')).toEqual([meta(10)]);
  });
});

test('packages that were built again with a published version are left out, and the others are published', async () => {
  await withFleetSite(async ({ place, call, packages, published }) => {
    const publish = async (builds: Parameters<typeof writeTestResults>[2]) => {
      await rm(place('results'), { recursive: true, force: true });
      const plan = await writeTestPlan(place(), { kernels: [9, 10], meta: 'lockstep' });
      await writeTestResults(place('results/t'), plan, builds);
      return call([place('results')]);
    };
    await publish([{ kernel: 9 }]);
    const { warnings } = await publish([{ kernel: 9, input: 'other' }, { kernel: 10 }]);
    expect(warnings.join()).toMatch(
      /6\.12\.9\+deb13-test 1\.0-1\+6\.12\.9-1 stays as it is published/,
    );
    expect(await published()).toEqual([modules(10), modules(9), meta(10)]);
    const kept = (await packages()).find(({ name }) => name.includes('6.12.9'));
    expect(kept?.buildKey).toBe(testKey({ kernel: 9 }));
  });
});

test('packages that were signed after run replace those of the results, and the failures are still reported', async () => {
  await withFleetSite(async ({ place, call, packages }) => {
    const plan = await writeTestPlan(place(), { kernels: [9, 10] });
    await writeTestResults(place('results/t'), plan, [
      { kernel: 9 },
      { kernel: 10, status: 'failed' },
    ]);
    await writeModules(place('signed'), { kernel: 9, signers: 'AB:CD' });
    const { warnings } = await call([place('results'), place('signed')]);
    expect(warnings).toEqual([
      `hello failed for ${testRelease(10)}: no package is published for this kernel`,
    ]);
    expect(await packages()).toMatchObject([{ moduleSigners: 'AB:CD', suite: 'trixie' }]);
  });
});

test('an empty plan publishes nothing and is not an error; without results the index is updated', async () => {
  await withFleetSite(async ({ site, place, call, published }) => {
    await writeTestPlan(place(), { kernels: [] });
    await mkdir(place('results'));
    expect((await call([place('results')])).lines).toEqual([]);
    expect(existsSync(join(site, 'dists/trixie'))).toBe(false);
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], { suite: 'trixie' });
    expect((await call([place('results')])).lines).toEqual([]);
    await call([], { validFor: 7 });
    expect(await readFile(join(site, 'dists/trixie/InRelease'), 'utf8')).toMatch(/^Valid-Until: /m);
    expect(await published()).toEqual([modules(9)]);
  });
});

test('--dry-run says what would be published, and changes nothing', async () => {
  await withFleetSite(async ({ site, place, call }) => {
    await writeModules(place('out'), { kernel: 9 });
    const { lines, document } = await call([place('out')], {
      suite: 'trixie',
      meta: 'loose',
      dryRun: true,
    });
    expect(lines).toHaveLength(2);
    expect(document).toMatchObject({ dryRun: true, suites: [{ suite: 'trixie', packages: 2 }] });
    expect(existsSync(site)).toBe(false);
  });
});

test('a damaged status.json is written again, with a message', async () => {
  await withFleetSite(async ({ site, place, call }) => {
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], { suite: 'trixie' });
    await writeFile(join(site, 'dkms-deb/status.json'), '{"schema": 1, "builds": "<script>"}');
    const { warnings } = await call([place('out')], { suite: 'trixie' });
    expect(warnings.join()).toContain('status.json is damaged');
  });
});
