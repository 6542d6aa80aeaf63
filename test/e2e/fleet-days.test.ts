import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunResult } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { dkmsDeb, sharingTest as test } from '../support/sandbox.ts';
import { OFFLINE, prepareFleet } from '../support/stored-fleet.ts';

const YAML =
  'drivers: [hello]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\nmeta: lockstep\nrepository: {path: site, keys: [k]}\n';

test('bug: the commands of the guide work every day in the same directory, also if publish was forgotten on one', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await exampleDirectory('hello', directory);
  await prepareFleet(sandbox, YAML);
  const configure = (more: string) => writeFile(join(directory, 'dkms-deb.yaml'), YAML + more);
  const call = async (...words: string[]): Promise<RunResult> => {
    const result = await dkmsDeb(sandbox, words);
    expect(result.exitStatus, result.output).toBe(0);
    return result;
  };
  const plan = () => call('plan', ...OFFLINE, '--only-missing');
  const run = () => call('run', ...OFFLINE);
  const publish = () => call('publish', 'results');
  const tasks = async () =>
    (await readdir(join(directory, 'results'))).filter((name) => !name.startsWith('.')).sort();
  const published = ({ stdout }: RunResult) => stdout.split('\n').filter(Boolean);
  await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
    await gpg('--output', join(directory, 'k'), '--export-secret-keys', await makeKey('archive'));
    // Monday: a package and its metapackage.
    await plan();
    await run();
    expect(published(await publish())).toHaveLength(2);
    const REPORTS = ['junit.xml', 'summary.md'];
    const [task = ''] = (await tasks()).filter((name) => name.startsWith('trixie'));
    expect(await tasks()).toEqual([...REPORTS, task]);

    // Tuesday: nothing is missing.
    await plan();
    const tuesday = await run();
    expect(tuesday.stderr).toContain(
      `Results of another plan (${task}) are now in results/earlier`,
    );
    expect(await tasks()).toEqual(['earlier', ...REPORTS]);
    const quiet = await publish();
    expect([published(quiet), quiet.stderr]).toEqual([[], expect.not.stringContaining('warning')]);

    // Wednesday: other options. The operator forgets to publish.
    await configure('initramfs: always\n');
    await plan();
    expect((await run()).stderr).not.toContain('taken over');

    // Thursday: modalias changes only the metapackage. What Wednesday built is not built again.
    await configure('initramfs: always\nmodalias: true\n');
    expect((await plan()).stderr).toContain('1 options changed');
    expect((await publishEarly(sandbox)).stderr).toContain(
      'Run the plan, which takes over what is built already: dkms-deb run\n',
    );
    const thursday = await run();
    expect(thursday.stderr).toContain('1 of 1 tasks are taken over from another plan');
    expect(published(thursday)).toEqual([expect.stringContaining(`results/${task}/`)]);
    expect(await readFile(join(directory, 'results/summary.md'), 'utf8')).toContain('1 built');
    expect(published(await publish())).toEqual([
      expect.stringMatching(/hello-modules-6.*\+b1_amd64\.deb$/),
      expect.stringMatching(/hello-modules-amd64_.*\+b1_amd64\.deb$/),
    ]);

    // Friday: the repository is complete.
    expect((await plan()).stderr).toContain('0 to build');
    await run();
    expect(published(await publish())).toEqual([]);
  });
});

/** Publishes before the run of the plan, which is an error. */
async function publishEarly(sandbox: Parameters<typeof dkmsDeb>[0]): Promise<RunResult> {
  const result = await dkmsDeb(sandbox, ['publish', 'results']);
  expect(result.exitStatus).toBe(1);
  return result;
}
