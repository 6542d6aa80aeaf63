import { appendFile, cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { machineApt, releaseArchiveKey } from '../support/apt-archive.ts';
import { exampleDirectory } from '../support/example.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { offeredKernels } from '../support/offered-kernels.ts';
import { pasteAll, type Situation } from '../support/paste-all.ts';
import { call, sharingTest as test } from '../support/sandbox.ts';

test('what the messages of plan, run, publish and status advise mends a fleet', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await exampleDirectory('hello', directory);
  const kernels = await offeredKernels(directory);
  await kernels.offer([1]);
  const place = (...names: string[]) => join(directory, ...names);
  const env = await machineApt(directory);
  const dkmsDeb = async (...words: string[]) => {
    const result = await call(sandbox, 'dkms-deb', words, { env });
    expect(result.exitStatus, result.output).toBe(0);
    return result;
  };
  const edit = async (from: RegExp | string, to: string) => {
    const text = await readFile(place('plan.json'), 'utf8');
    await writeFile(place('plan.json'), text.replace(from, to));
  };
  const packageIn = async (results: string) => {
    const names = await readdir(place(results), { recursive: true });
    const name = names.find((one) => one.endsWith('.deb') && !one.startsWith('earlier/'));
    return place(results, name ?? '');
  };
  const configure = (more = '') =>
    writeFile(
      place('dkms-deb.yaml'),
      `drivers: [hello]\nsources: [${kernels.sources}]\nrepository: {path: site, keys: [k]}\n${more}`,
    );
  const situations: Situation[] = [
    {
      name: 'no plan',
      words: ['run'],
      trouble: /there is no plan here/,
      paste: 'dkms-deb plan',
    },
    {
      name: 'a plan of another version',
      make: () => edit('"schema": 1', '"schema": 9'),
      words: ['run'],
      trouble: /has version 9/,
      paste: 'dkms-deb plan',
    },
    {
      name: 'an edited plan',
      make: () => edit(/"tool": "/, '"tool": "x'),
      words: ['run'],
      trouble: /was changed after it was made/,
      paste: 'dkms-deb plan',
    },
    {
      name: 'something else under its name',
      make: () => writeFile(place('plan.json'), '{}'),
      words: ['run'],
      trouble: /is not a plan/,
      paste: 'dkms-deb plan',
    },
    {
      name: 'a plan that is older than dkms-deb.yaml',
      make: () => configure('task-minutes: 5\n'),
      words: ['run'],
      trouble: /dkms-deb\.yaml has changed since/,
      paste: 'dkms-deb plan',
    },
    {
      name: 'a package of the results that is lost',
      make: async () => rm(await packageIn('results')),
      words: ['publish', 'results'],
      trouble: /this package is not there/,
      paste: /^dkms-deb run --task [\w.-]+$/,
    },
    {
      name: 'a package of the results with other bytes',
      make: async () => appendFile(await packageIn('results'), 'x'),
      words: ['publish', 'results'],
      trouble: /the SHA-256 of this package is not the one/,
      paste: /^dkms-deb run --task [\w.-]+$/,
    },
    {
      name: 'results of another plan, from the same input',
      make: async () => {
        await configure('task-minutes: 6\n');
        await dkmsDeb('plan');
      },
      words: ['publish', 'results'],
      trouble: /results of another plan than/,
      paste: 'dkms-deb run',
    },
    {
      name: 'results of another plan, when nothing is missing',
      make: () => dkmsDeb('plan', '--only-missing'),
      words: ['publish', 'results'],
      trouble: /results of another plan are left out/,
      paste: 'dkms-deb run',
    },
    {
      name: 'a plan of what is missing that is older than dkms-deb.yaml',
      make: () => configure('task-minutes: 7\n'),
      words: ['status'],
      trouble: /dkms-deb\.yaml has changed since/,
      paste: 'dkms-deb plan --only-missing',
    },
    {
      name: 'a plan and results with other names, and a package that is lost',
      make: async () => {
        await dkmsDeb('plan', '-o', 'my plan.json');
        await dkmsDeb('run', '--plan', 'my plan.json', '-o', 'my results');
        await rm(await packageIn('my results'));
      },
      words: ['publish', 'my results', '--plan', 'my plan.json'],
      trouble: /this package is not there/,
      paste: /^dkms-deb run --plan 'my plan\.json' --task [\w.-]+ -o 'my results'$/,
    },
    {
      name: 'results without their plan',
      make: async () => {
        await rename(place('plan.json'), place('moved.json'));
        await cp(place('my plan.json'), place('my-plan.json'));
      },
      words: ['publish', 'my results'],
      trouble: /there is no plan for the results in /,
      paste: '--plan FILE',
      fill: ['FILE', 'my-plan.json'],
    },
    {
      name: 'a repository that is not named',
      words: ['status'],
      trouble: /the repository is not named/,
      paste: '--plan plan.json',
      fill: ['plan.json', 'moved.json'],
    },
    {
      name: 'a directory of the repository that is not named',
      words: ['publish'],
      trouble: /the directory of the repository is not named/,
      paste: '--plan plan.json',
      fill: ['plan.json', 'moved.json'],
    },
    {
      name: 'a repository that plan is to compare with, but is not named',
      make: () => writeFile(place('one.yaml'), `drivers: [hello]\nsources: [${kernels.sources}]\n`),
      words: ['plan', '--dry-run', '--config', 'one.yaml', '--key', 'k', '--only-missing'],
      trouble: /--only-missing needs a repository/,
      paste: '--only-missing=DIR',
      fill: ['DIR', 'site'],
    },
  ];
  await withKeyring(place('gnupg'), async ({ makeKey, gpg }) => {
    await gpg('--output', place('k'), '--export-secret-keys', await makeKey('archive'));
    await configure();
    await pasteAll(sandbox, situations, env);
  });
  await releaseArchiveKey(kernels.key);
});
