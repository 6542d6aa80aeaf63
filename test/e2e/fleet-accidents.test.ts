import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { debField } from '../support/deb-payload.ts';
import { withKeyring } from '../support/gpg-keys.ts';
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

test('a driver with files for all kernels: run writes one package of them, and publish takes it', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await writeDriver(sandbox, 'one', '');
  const rule = 'SUBSYSTEM=="usb", ATTR{idVendor}=="1234", MODE="0660"\n';
  await writeFile(join(directory, 'one/60-one.rules'), rule);
  await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
    const key = join(directory, 'key');
    await gpg('--output', key, '--export-secret-keys', await makeKey('archive'));
    const more = 'meta: loose\nrepository: {path: site, keys: [key]}\n';
    const yaml = YAML.replace('flavours: [amd64]', 'flavours: [amd64, cloud-amd64]');
    await prepareFleet(sandbox, `${yaml}${more}`);
    await dkmsDebLines(sandbox, PLAN);
    const built = await dkmsDebLines(sandbox, ['run', ...OFFLINE]);
    const commons = built.filter((path) => path.includes('one-modules-common_'));
    expect(commons).toHaveLength(1);
    for (const file of built.filter((path) => !commons.includes(path))) {
      expect(await debField(file, 'Depends')).toContain('one-modules-common (>= 1.0');
    }
    const published = await dkmsDebLines(sandbox, ['publish', 'results']);
    expect(published.filter((path) => path.includes('one-modules-common_'))).toHaveLength(1);
    await dkmsDebLines(sandbox, [...PLAN, '--only-missing']);
    const plan = JSON.parse(await readFile(join(directory, 'plan.json'), 'utf8'));
    expect(plan.tasks).toEqual([]);
    await writeFile(join(directory, 'one/60-one.rules'), `# other\n${rule}`);
    const changed = await dkmsDebLines(sandbox, [...PLAN, '--only-missing', '--explain']);
    expect(changed.join('\n')).toContain('as +b1');
  });
});
