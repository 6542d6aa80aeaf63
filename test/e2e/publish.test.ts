import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readPublished } from '../../src/repository/read-published.ts';
import { isHalfDone } from '../../src/system/process/leftovers.ts';
import { asRoot } from '../support/as-root.ts';
import { writeModules } from '../support/fleet-packages.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { lingeringIn } from '../support/processes.ts';
import { DKMS_DEB } from '../support/project.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { writeSmallPackage } from '../support/small-package.ts';

/** A secret key in a file, and a repository with one package. */
async function withPublished(
  sandbox: Sandbox,
  work: (of: {
    site: string;
    args: (results: string) => string[];
    names: () => Promise<string[]>;
  }) => Promise<void>,
): Promise<void> {
  const { directory } = sandbox;
  const [site, key] = [join(directory, 'site'), join(directory, 'key')];
  await withKeyring(join(directory, 'g'), async ({ makeKey, gpg }) => {
    const fingerprint = await makeKey('archive');
    await gpg('--output', key, '--export-secret-keys', fingerprint);
    const args = (results: string) => [
      ...['publish', results, '--repo', site, '--suite', 'trixie', '--key', key],
      ...['--meta', 'lockstep'],
    ];
    await writeModules(join(directory, 'old'), { kernel: 9 });
    await writeModules(join(directory, 'new'), { kernel: 10 });
    await dkmsDebLines(sandbox, args(join(directory, 'old')));
    const names = async () => {
      const of = { place: site, architectures: ['amd64'], keys: [fingerprint] };
      return (await readPublished(of)).packages.map(({ name }) => name).sort();
    };
    await work({ site, args, names });
  });
}

test('after SIGKILL at any moment apt reads the old or the new repository, and the next run finishes it', async ({
  sandbox,
}) => {
  await withPublished(sandbox, async ({ site, args, names }) => {
    const before = await names();
    expect(before).toHaveLength(2);
    const command = args(join(sandbox.directory, 'new'));
    const killed: number[] = [];
    for (let milliseconds = 200; milliseconds <= 2600; milliseconds += 300) {
      const child = spawn(DKMS_DEB, command, { env: sandbox.env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      await Promise.race([sleep(milliseconds), ended]);
      child.kill('SIGKILL');
      await ended;
      killed.push(child.pid ?? 0);
      const now = await names();
      if (now.length !== 3) expect(now, `killed after ${milliseconds} ms`).toEqual(before);
    }
    await dkmsDebLines(sandbox, command);
    expect(await names()).toHaveLength(3);
    // gpg-agent looks every few seconds if the command with which it was started still runs.
    for (const pid of killed) expect(await lingeringIn(`/dkms-deb-gnupg-${pid}.`, 60)).toEqual([]);
    const left = (await readdir(site, { recursive: true })).filter((path) =>
      isHalfDone(path.slice(path.lastIndexOf('/') + 1)),
    );
    expect(left).toEqual([]);
  });
});

test('if the disk of the repository or of TMPDIR is full, the repository stays as it was', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  const [site, tmp] = [join(directory, 'site'), join(directory, 'small')];
  for (const place of [site, tmp]) await mkdir(place);
  await asRoot(['mount', '-t', 'tmpfs', '-o', 'size=400k,mode=777', 'dkms-deb-test', site]);
  await asRoot(['mount', '-t', 'tmpfs', '-o', 'size=60k,mode=777', 'dkms-deb-test', tmp]);
  try {
    await withPublished(sandbox, async ({ args, names }) => {
      const before = await names();
      const large = join(directory, 'large');
      await mkdir(large);
      await writeSmallPackage(large, {
        name: 'large',
        files: { 'usr/share/large': randomBytes(600_000) },
      });
      const full = await dkmsDeb(sandbox, args(large));
      expect([full.exitStatus, full.stderr]).toEqual([
        1,
        expect.stringContaining('no space left on device'),
      ]);
      expect(full.stderr).toContain(site);
      expect(await names()).toEqual(before);
      const many = join(directory, 'new');
      for (let kernel = 11; kernel < 60; kernel++) await writeModules(many, { kernel });
      const noRoom = await dkmsDeb(sandbox, args(many), { env: { TMPDIR: tmp } });
      expect([noRoom.exitStatus, noRoom.stderr]).toEqual([
        1,
        expect.stringContaining('no space left on device'),
      ]);
      expect(await names()).toEqual(before);
    });
  } finally {
    for (const place of [site, tmp]) await asRoot(['umount', '--lazy', place]);
  }
});

// Bug: there was no keyring package, and no word about it.
test('an origin that cannot be the name of a package is told', async ({ sandbox }) => {
  await withPublished(sandbox, async ({ args, names }) => {
    const command = [...args(join(sandbox.directory, 'new')), '--origin', 'Архив'];
    const { exitStatus, stderr } = await dkmsDeb(sandbox, command);
    expect(exitStatus, stderr).toBe(0);
    expect(stderr).toContain(
      'the keyring package was not written: the origin "Архив" has no letter',
    );
    expect(await names()).toHaveLength(3);
  });
});
