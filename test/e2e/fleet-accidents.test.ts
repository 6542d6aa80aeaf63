import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';
import { OFFLINE, prepareFleet, writeDriver } from '../support/stored-fleet.ts';

const PLAN = ['plan', ...OFFLINE];
const RUN = ['run', ...OFFLINE];
const YAML = 'drivers: [one]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n';

test('a full disk during plan and run: the plan before stays, nothing counts as built, and the next run finishes', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  const small = join(directory, 'small');
  await mkdir(small);
  await writeDriver(sandbox, 'one', '');
  await prepareFleet(sandbox, YAML);
  await asRoot(['mount', '-t', 'tmpfs', '-o', 'size=64k,mode=777', 'dkms-deb-test', small]);
  try {
    const plan = [...PLAN, '-o', 'small/plan.json'];
    await dkmsDebLines(sandbox, plan);
    const before = await readFile(join(small, 'plan.json'));
    await run('sh', ['-c', 'cat /dev/zero >"$0" || :', join(small, 'fill')]);
    const noPlan = await dkmsDeb(sandbox, plan);
    expect([noPlan.exitStatus, noPlan.stderr]).toEqual([
      1,
      expect.stringContaining('no space left on device'),
    ]);
    expect(await readFile(join(small, 'plan.json'))).toEqual(before);
    const build = [...RUN, '--plan', 'small/plan.json', '-o', 'small/results'];
    const noRoom = await dkmsDeb(sandbox, build);
    expect(noRoom.exitStatus).toBe(1);
    expect(noRoom.output).toContain('no space left on device');
    await run('rm', [join(small, 'fill')]);
    await asRoot(['mount', '-o', 'remount,size=20m', small]);
    expect(await dkmsDebLines(sandbox, build)).toHaveLength(1);
  } finally {
    await asRoot(['umount', '--lazy', small]);
  }
});
