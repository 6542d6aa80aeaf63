import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type StatusArguments, showStatus } from '../../../src/commands/status/show-status.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { testRelease, writeTestResults } from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { withFleetSite } from '../../support/publish-command.ts';
import { withSwitchingServer } from '../../support/switching-server.ts';

async function statusOf(args: Partial<StatusArguments>): Promise<string[]> {
  const lines: string[] = [];
  const base = { results: [], suite: [], key: [], md: false, html: false, title: 'Acme' };
  await showStatus(
    { ...base, ...args },
    {
      reporter: silentReporter,
      json: false,
      print: (line) => lines.push(line),
      declarations: async () => [],
      paint: painter(false),
    },
  );
  return lines;
}

const today = new Date().toISOString().slice(0, 10);

test('the status is read from a directory, a URL and results that are not published yet', async () => {
  await withFleetSite(async ({ site, key, place, call }) => {
    const excluded = [{ driver: 'hello', kernel: 8, reason: 'BUILD_EXCLUSIVE_KERNEL' }];
    const plan = await writeTestPlan(place(), { kernels: [8, 9, 10], excluded });
    await writeTestResults(place('results/t'), plan, [
      { kernel: 9 },
      { kernel: 10, status: 'failed', firstError: 'hello.c:1: error: no' },
    ]);
    await call([place('results')]);
    const expected = [
      ['driver', 'suite', 'kernel', 'arch', 'status', 'version', 'since', 'why'].join(' '),
      `hello trixie ${testRelease(10)} amd64 failed ${today} hello.c:1: error: no`,
      `hello trixie ${testRelease(9)} amd64 published 1.0-1+6.12.9-1 ${today}`,
      `hello trixie ${testRelease(8)} amd64 excluded ${today} BUILD_EXCLUSIVE_KERNEL`,
    ];
    const squeezed = (lines: readonly string[]) => lines.map((line) => line.replace(/ +/g, ' '));
    expect(squeezed(await statusOf({ repo: site, key: [key] }))).toEqual(expected);
    expect((await statusOf({ repo: site, key: [key], md: true }))[2]).toContain('| failed |  |');
    const [page = ''] = await statusOf({ repo: site, key: [key], html: true });
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*<h2>Failed<\/h2>[\s\S]*<\/html>$/);
    await withSwitchingServer(site, async ({ url }) => {
      expect(squeezed(await statusOf({ repo: url, key: [key] }))).toEqual(expected);
      // Without a record, the signed index alone tells what is published.
      await rm(join(site, 'dkms-deb/status.json'));
      const alone = await statusOf({ repo: url, key: [key], suite: ['trixie'] });
      expect(squeezed(alone).slice(1)).toEqual([
        `hello trixie ${testRelease(9)} amd64 published 1.0-1+6.12.9-1`,
      ]);
    });
    await writeTestResults(place('results/t'), plan, [{ kernel: 10 }, { kernel: 9 }]);
    const next = await statusOf({ results: [place('results')], repo: site, key: [key] });
    expect(squeezed(next)[1]).toBe(`hello trixie ${testRelease(10)} amd64 missing ${today}`);
  });
});

test('a repository that is missing, not signed by the key, or both a directory and a URL, is an error', async () => {
  await withFleetSite(async ({ site, key, keyring, place, call }) => {
    expect((await errorOf(() => statusOf({}))).code).toBe('usage');
    expect((await errorOf(() => statusOf({ repo: site, md: true, html: true }))).code).toBe(
      'usage',
    );
    const plan = await writeTestPlan(place(), { kernels: [9] });
    await writeTestResults(place('results/t'), plan, [{ kernel: 9 }]);
    await call([place('results')]);
    const other = await keyring.makeKey('other');
    expect((await errorOf(() => statusOf({ repo: site, key: [other] }))).code).toBe(
      'repository-untrusted',
    );
    await writeFile(join(site, 'dkms-deb/status.json'), '"<script>"');
    expect(await statusOf({ repo: site, key: [key] })).toHaveLength(2);
  });
});
