import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RunResult, run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { DKMS_DEB } from '../support/project.ts';
import { call, dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';
import { OFFLINE, prepareFleet, writeDriver } from '../support/stored-fleet.ts';

const PLAN = ['plan', ...OFFLINE];
const RUN = ['run', ...OFFLINE];
const YAML = 'drivers: [one]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n';

function expectFull({ exitStatus, stderr }: RunResult): void {
  expect([exitStatus, stderr]).toEqual([1, expect.stringContaining('no space left on device')]);
}

test('a full disk in plan, run or status: one error says so, what was there stays, and the next run finishes', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  const small = join(directory, 'small');
  await mkdir(small);
  await writeDriver(sandbox, 'one', '');
  await prepareFleet(sandbox, YAML);
  await asRoot(['mount', '-t', 'tmpfs', '-o', 'size=64k,mode=777', 'dkms-deb-test', small]);
  const fill = () => run('sh', ['-c', 'cat /dev/zero >"$0" || :', join(small, 'fill')]);
  try {
    const plan = [...PLAN, '-o', 'small/plan.json'];
    await dkmsDebLines(sandbox, plan);
    const before = await readFile(join(small, 'plan.json'));
    await fill();
    expectFull(await dkmsDeb(sandbox, plan));
    expect(await readFile(join(small, 'plan.json'))).toEqual(before);
    const build = [...RUN, '--plan', 'small/plan.json', '-o', 'small/results'];
    expectFull(await dkmsDeb(sandbox, build));
    await asRoot(['mount', '-o', 'remount,size=2m', small]);
    await rm(join(small, 'fill'));
    expect(await dkmsDebLines(sandbox, build)).toHaveLength(1);

    const key = await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
      const file = join(directory, 'archive.key');
      await gpg('--output', file, '--export-secret-keys', await makeKey('archive'));
      return ['--key', file];
    });
    const publish = [
      'publish',
      'small/results',
      '--plan',
      'small/plan.json',
      '--repo',
      'small/site',
    ];
    await dkmsDebLines(sandbox, [...publish, ...key]);
    await fill();
    const keys = 'small/site/dkms-deb/archive-keys.asc';
    const status = ['status', '--repo', 'small/site', '--key', keys, '--html'];
    expectFull(await dkmsDeb(sandbox, status, { env: { TMPDIR: small } }));
    const page = join(small, 'page.html');
    expectFull(
      await call(sandbox, 'sh', [
        '-c',
        'page=$1; shift; exec "$@" >"$page"',
        'sh',
        page,
        DKMS_DEB,
        ...status,
      ]),
    );
    await rm(join(small, 'fill'));
    expect((await dkmsDebLines(sandbox, status)).join('')).toContain('published');
  } finally {
    await asRoot(['umount', '--lazy', small]);
  }
});
