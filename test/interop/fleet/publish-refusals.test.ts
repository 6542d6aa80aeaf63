import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withRepositoryLock } from '../../../src/repository/repository-lock.ts';
import { run } from '../../../src/system/process/run.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { testRelease, writeModules, writeTestResults } from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { type FleetSite, withFleetSite } from '../../support/publish-command.ts';
import { writeSmallPackage } from '../../support/small-package.ts';

/** A repository with modules for 6.12.9, and results for 6.12.10; what is refused must change nothing in it. */
async function withResults(
  work: (
    site: FleetSite,
    refused: (
      results: readonly string[],
      more?: object,
    ) => Promise<[code: string, file: string, hint: string]>,
  ) => Promise<void>,
): Promise<void> {
  await withFleetSite(async (site) => {
    await writeModules(site.place('out'), { kernel: 9 });
    await site.call([site.place('out')], { suite: 'trixie', meta: 'lockstep' });
    const plan = await writeTestPlan(site.place(), { kernels: [9, 10], meta: 'lockstep' });
    await writeTestResults(site.place('results/t'), plan, [{ kernel: 10 }]);
    const before = await site.published();
    await work(site, async (results, more = {}) => {
      const error = await errorOf(() => site.call(results, more));
      expect(await site.published()).toEqual(before);
      expect(existsSync(join(site.site, 'pool/main/o'))).toBe(false);
      expect(error.hint ?? '').toMatch(/^[A-Z]/);
      return [error.code, error.where?.file ?? '', error.hint ?? ''];
    });
  });
}

test('results of another plan, an edited plan, and results without a plan are refused', async () => {
  await withResults(async ({ place }, refused) => {
    const plan = place('plan.json');
    const text = await readFile(plan, 'utf8');
    await writeFile(plan, text.replace('"6.12.10-1"', '"6.12.10-2"'));
    expect((await refused([place('results')])).slice(0, 2)).toEqual(['plan-edited', plan]);
    await writeTestPlan(place(), { kernels: [9, 10], builds: [10] });
    const [code, file, hint] = await refused([place('results')]);
    expect([code, file]).toEqual(['results-other-plan', place('results/t/results.json')]);
    expect(hint).toBe(
      `Run the plan, which takes over what is built already: dkms-deb run --plan ${plan} -o ${place('results')}`,
    );
    await rename(plan, place('other.json'));
    expect((await refused([place('results')]))[0]).toBe('usage');
  });
});

test('a package that is not the one of results.json is refused', async () => {
  await withResults(async ({ place }, refused) => {
    const name = `hello-modules-${testRelease(10)}_1.0-1+6.12.10-1_amd64.deb`;
    const file = place('results/t', name);
    const differs = async () => (await refused([place('results')])).slice(0, 2);
    await writeModules(place('results/t'), { kernel: 10, input: 'other' });
    expect(await differs()).toEqual(['results-differ', file]);
    await cp(place('out', `hello-modules-${testRelease(9)}_1.0-1+6.12.9-1_amd64.deb`), file);
    expect(await differs()).toEqual(['results-differ', file]);
    const results = place('results/t/results.json');
    const text = await readFile(results, 'utf8');
    await writeFile(results, text.replace(`"${name}"`, '"../../out/x.deb"'));
    expect(await differs()).toEqual(['results-unreadable', results]);
  });
});

test('bug: a package that results.json names, but is lost, is told with the command that builds it again', async () => {
  await withResults(async ({ place }, refused) => {
    const plan = await writeTestPlan(place(), { kernels: [9, 10], builds: [10] });
    const run = `dkms-deb run --plan ${place('plan.json')} --task trixie-1 -o ${place('results')}`;
    await writeTestResults(place('results/trixie-1'), plan, [{ kernel: 10, common: 'x' }]);
    const names = [
      `hello-modules-${testRelease(10)}_1.0-1+6.12.10-1_amd64.deb`,
      'hello-modules-common_1.0-1_all.deb',
    ];
    for (const name of names) {
      const file = place('results/trixie-1', name);
      await rename(file, place(name));
      const lost = ['results-differ', file, `Run the task again: ${run}`];
      expect(await refused([place('results')])).toEqual(lost);
      await mkdir(file);
      expect(await refused([place('results')])).toEqual(lost);
      await rmdir(file);
      // A file that is cut off is no package at all.
      await writeFile(file, (await readFile(place(name))).subarray(0, 300));
      expect(await refused([place('results')])).toEqual(lost);
      await rename(place(name), file);
    }
    // `run` writes into a directory with the name of the task, so one with another name must go away.
    await rename(place('results/trixie-1'), place('results/copy'));
    await rename(place('results/copy', names[0] ?? ''), place('x.deb'));
    expect((await refused([place('results/copy')]))[2]).toBe(
      `Remove ${place('results/copy')}, and run the task again: ${run}`,
    );
  });
});

test('a package that verify refuses stops the publication, also of the good packages', async () => {
  await withResults(async ({ place }, refused) => {
    const release = testRelease(11);
    const bad = await writeSmallPackage(place(), {
      name: `other-modules-${release}`,
      fields: [`Kernel-Release: ${release}`],
      files: { [`usr/lib/modules/${release}/updates/other.ko`]: 'not a module' },
    });
    const both = [place('results'), bad];
    const [code, file] = await refused(both, { suite: 'trixie' });
    expect([code, file]).toEqual(['package-refused', bad]);
    const cut = place('cut.deb');
    await writeFile(cut, (await readFile(bad)).subarray(0, 300));
    expect((await refused([cut], { suite: 'trixie' }))[1]).toBe(cut);
    const lie = await writeSmallPackage(place(), {
      name: 'lie',
      fields: ['Source: ../../../etc'],
      files: {},
    });
    expect((await refused([lie], { suite: 'trixie' })).slice(0, 2)).toEqual(['package-name', lie]);
  });
});

test('the same name with other bytes, and a metapackage without its modules, are refused', async () => {
  await withResults(async ({ place }, refused) => {
    await writeModules(place('other'), { kernel: 9, input: 'other' });
    const [code] = await refused([place('other')], { suite: 'trixie' });
    expect(code).toBe('name-taken');
    const meta = await writeSmallPackage(place(), {
      name: 'other-modules-test',
      depends: `other-modules-${testRelease(9)} (= 1.0)`,
      files: {},
    });
    expect((await refused([meta], { suite: 'trixie' }))[0]).toBe('meta-unresolved');
  });
});

test('a key that is missing or weak, and a repository that is locked, are refused', async () => {
  await withResults(async ({ place, site, keyring, call }, refused) => {
    expect((await refused([place('results')], { key: ['F'.repeat(40)] }))[0]).toBe('key-missing');
    const weak = await keyring.makeKey('weak', 'rsa2048');
    expect((await refused([place('results')], { key: [weak] }))[0]).toBe('key-weak');
    expect((await refused([place('results')], { key: [] }))[0]).toBe('usage');
    await withRepositoryLock(site, async () => {
      expect((await refused([place('results')]))[0]).toBe('repository-locked');
    });
    await call([place('results')]);
  });
});

test('a package without a suite, and wrong words for suite, address and numbers, are wrong usage', async () => {
  await withResults(async ({ place }, refused) => {
    await rename(place('plan.json'), place('other.json'));
    expect((await refused([place('out')]))[0]).toBe('usage');
    const suite = 'trixie';
    for (const more of [
      { suite: '../etc' },
      { suite, url: 'https://x.example/a b' },
      { suite, validFor: 0 },
      { suite, generations: 1.5 },
      { suite, certificate: 'x.pem' },
      { suite, repo: undefined },
    ]) {
      expect((await refused([place('out')], more))[0], JSON.stringify(more)).toBe('usage');
    }
    expect((await refused([place('none')], { suite }))[0]).toBe('no-such-file');
  });
});

test('an index that somebody replaces meanwhile is not overwritten', async () => {
  await withResults(async ({ place, site, call, published }) => {
    // gpg signs before the first file changes: a program in its place changes the index at that moment.
    const bin = place('bin');
    await run('mkdir', [bin]);
    const script = `#!/bin/sh\ncase "$*" in *--clearsign*) echo >>"${site}/dists/trixie/InRelease";; esac\nexec /usr/bin/gpg "$@"\n`;
    await writeFile(join(bin, 'gpg'), script, { mode: 0o755 });
    const before = process.env.PATH ?? '';
    process.env.PATH = `${bin}:${before}`;
    try {
      const error = await errorOf(() => call([place('results')]));
      expect(error.code).toBe('repository-changed');
    } finally {
      process.env.PATH = before;
    }
    const index = join(site, 'dists/trixie/InRelease');
    await writeFile(index, (await readFile(index, 'utf8')).replace(/\n\n$/, '\n'));
    expect(await published()).toHaveLength(2);
    await appendFile(join(site, 'dists/trixie/Release'), '');
    await call([place('results')]);
    expect(await published()).toHaveLength(3);
  });
});
