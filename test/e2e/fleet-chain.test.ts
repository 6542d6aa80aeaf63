import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import { exampleDirectory } from '../support/example.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { linkedStore } from '../support/kernel-store.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sharingTest as test } from '../support/sandbox.ts';

const OFFLINE = ['--offline', '--store', 'store'];

/** Plans what the repository lacks. Its builds are returned as `driver: reason (+bN)`. */
async function plan(sandbox: Sandbox): Promise<string[]> {
  const before = await readdir(sandbox.directory);
  await dkmsDebLines(sandbox, ['plan', ...OFFLINE, '--only-missing', '--dry-run']);
  expect(await readdir(sandbox.directory)).toEqual(before);
  await dkmsDebLines(sandbox, ['plan', ...OFFLINE, '--only-missing']);
  const text = await readFile(join(sandbox.directory, 'plan.json'), 'utf8');
  const { tasks } = JSON.parse(text) as Plan;
  return tasks
    .flatMap(({ builds }) => builds)
    .map(({ driver, reason, rebuild }) => `${driver}: ${reason} (${rebuild ?? 'new'})`);
}

/** Builds and publishes what was planned. Returns the packages that are new in the pool. */
async function publish(sandbox: Sandbox): Promise<string[]> {
  const results = () => readdir(join(sandbox.directory, 'results')).catch(() => []);
  const before = await results();
  const expected = await dkmsDebLines(sandbox, ['run', '--dry-run']);
  expect(await results()).toEqual(before);
  const built = await dkmsDebLines(sandbox, ['run', ...OFFLINE]);
  expect(expected).toEqual(built);
  const lines = await dkmsDebLines(sandbox, ['publish', 'results']);
  return lines.map((path) => path.replace(/^.*\//, '')).sort();
}

test('after plan, run and publish, the next plan is empty until something changes', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await linkedStore(directory);
  await exampleDirectory('hello', directory);
  await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
    await gpg('--output', join(directory, 'k'), '--export-secret-keys', await makeKey('archive'));
    const configuration = (more = '') =>
      writeFile(
        join(directory, 'dkms-deb.yaml'),
        `drivers: [hello]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\nmeta: lockstep\nrepository: {path: site, keys: [k]}\n${more}`,
      );
    await configuration();
    expect(await plan(sandbox)).toEqual(['hello: new driver (new)']);
    const [first = '', ...others] = await publish(sandbox);
    expect(first).toMatch(
      /^hello-modules-6\.12\.\d+\+deb13-amd64_1\.0\+6\.12\.[\d.-]+_amd64\.deb$/,
    );
    expect(others).toEqual([expect.stringMatching(/^hello-modules-amd64_/)]);
    expect(await plan(sandbox)).toEqual([]);
    // Bug: the commands of the README did not find the repository, which the plan here names.
    for (const named of [[], ['--repo', 'site'], ['--repo', `${directory}/site/`]]) {
      const [, row] = await dkmsDebLines(sandbox, ['status', ...named]);
      expect(row).toMatch(/^hello +trixie +6\.12\.\d+\+deb13-amd64 +amd64 +published /);
      expect(await dkmsDebLines(sandbox, ['publish', ...named])).toEqual([]);
    }
    // Another repository has other keys than those of the plan here.
    const other = await dkmsDeb(sandbox, ['status', '--repo', 'elsewhere']);
    expect(other.stderr).toContain('elsewhere has no index yet');

    // Other options give other bytes, which need a name of their own.
    await configuration('initramfs: always\n');
    expect(await plan(sandbox)).toEqual(['hello: options changed (1)']);
    const again = await publish(sandbox);
    expect(again[0]).toBe(first.replace(/(?=_amd64\.deb$)/, '+b1'));
    expect(again[1]).toMatch(/^hello-modules-amd64_.*\+b1_amd64\.deb$/);
    expect(await plan(sandbox)).toEqual([]);
    expect(await readdir(join(directory, 'site/pool/main/h/hello'))).toHaveLength(4);
  });
});
