import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { type DebianRoot, withTrixieRoot } from '../support/chroot.ts';
import { driverTree } from '../support/driver.ts';
import { useLocalArchive } from '../support/local-archive.ts';
import { PROJECT } from '../support/project.ts';
import { dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

const APT = ['-qq', '-y', '--no-install-recommends'];
const SLOW = { timeoutSeconds: 300 };

/** Builds source and binary package in the root, with its Build-Depends and nothing else. */
async function buildAsPpaDoes(root: DebianRoot, tree: string): Promise<void> {
  await root.run('apt-get', ['build-dep', ...APT, tree], SLOW);
  // No -d: dpkg-checkbuilddeps must be content.
  await root.run('dpkg-buildpackage', ['-us', '-uc'], { ...SLOW, cwd: tree });
}

/** What a package installs: mode, owner, size and path, links with their targets. */
async function listing(deb: string): Promise<string[]> {
  const { stdout } = await run('dpkg-deb', ['-c', deb]);
  return stdout.split('\n').map((line) => line.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d /, ' '));
}

test('in trixie, --rules dh builds with its Build-Depends and without dkms-deb, and lintian has no tags', async ({
  sandbox,
}) => {
  const hello = await driverTree('hello', join(sandbox.directory, 'dh'));
  // udev rules, modprobe.d, firmware, manual pages, and a version that a placeholder asks for.
  const system = join(sandbox.directory, 'dh/system');
  await cp(join(PROJECT, 'test/golden/init/system-files/in'), system, { recursive: true });
  const twins: string[] = [];
  for (const tree of [hello, system]) {
    await dkmsDebLines(sandbox, ['init', '--rules', 'dh', tree]);
    const out = join(sandbox.out, tree === hello ? 'hello' : 'system');
    await mkdir(out, { recursive: true });
    const paths = await dkmsDebLines(sandbox, ['build', '-o', out, tree]);
    twins.push(paths.find((path) => path.endsWith('.deb')) ?? '');
  }
  await withTrixieRoot(async (root) => {
    await useLocalArchive(root);
    await root.run('apt-get', ['install', ...APT, 'build-essential'], SLOW);
    await asRoot(['cp', '-r', '--', join(sandbox.directory, 'dh'), join(root.directory, 'root')]);
    expect(
      (await root.run('sh', ['-c', 'command -v node dkms-deb'], { accept: [127, 1] })).stdout,
    ).toBe('');
    for (const name of ['hello', 'system']) await buildAsPpaDoes(root, `/root/dh/${name}`);

    const found = await root.run('sh', ['-c', 'ls /root/dh/*.deb']);
    const debs = found.stdout.trim().split('\n');
    expect(debs).toHaveLength(2);
    for (const deb of debs) {
      const twin = twins.find((path) => deb.endsWith(path.split('/').at(-1) ?? '')) ?? '';
      expect(await listing(join(root.directory, deb))).toEqual(await listing(twin));
    }

    await root.run('apt-get', ['install', ...APT, 'lintian'], SLOW);
    const lintian = await root.run(
      'sh',
      ['-c', 'lintian --allow-root --fail-on error,warning /root/dh/*.changes'],
      { ...SLOW, accept: [0, 1, 2] },
    );
    expect(lintian.stdout).toBe('');

    await root.run(
      'apt-get',
      ['install', ...APT, ...debs.filter((deb) => /hello/.test(deb))],
      SLOW,
    );
    const { stdout: status } = await root.run('dkms', ['status']);
    expect(status).toMatch(/^hello\/1\.0, .*: installed$/m);
  });
});
