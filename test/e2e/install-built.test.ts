import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunResult } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { type DebianRoot, withTrixieRoot } from '../support/chroot.ts';
import { driverTree } from '../support/driver.ts';
import { installInRoot } from '../support/install-in-root.ts';
import { type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

/** Lets nobody's sudo in the root write down its words, and end with what the test wants. */
const SUDO = `#!/bin/sh
printf "%s\\n" "$*" >>/tmp/sudo.log
cat /tmp/sudo.says >&2
exit 1
`;
/** Holds the lock that dpkg and apt take while a command runs. */
const LOCK =
  'use Fcntl; open(F, ">>", "/var/lib/dpkg/lock-frontend") or die; my $lock = pack("ssx4qqi", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die; system(@ARGV); exit($? >> 8)';

async function inRoot(
  { directory }: Sandbox,
  work: (
    root: DebianRoot,
    dkmsDeb: (words: readonly string[], under?: readonly string[]) => Promise<RunResult>,
  ) => Promise<void>,
): Promise<void> {
  const tree = await driverTree('hello', directory);
  await withTrixieRoot(async (root) => {
    const command = await installInRoot(root);
    await asRoot(['cp', '-r', '--', tree, join(root.directory, 'srv/hello')]);
    await work(root, (words, under = []) => {
      const [program = '', ...args] = [...under, command, ...words];
      const env = { DEBFULLNAME: 'Erika Mustermann', DEBEMAIL: 'erika@example.org' };
      const options = { env, cwd: '/srv/hello', accept: [0, 1, 2], timeoutSeconds: 500 };
      return root.run(program, args, options);
    });
  });
}

async function statusOf(root: DebianRoot, name: string): Promise<string> {
  const format = '$' + '{db:Status-Status}';
  return (await root.run('dpkg-query', ['-W', '-f', format, name], { accept: [0, 1] })).stdout;
}

test('trixie: bmdeb --install installs with apt; --try installs nothing, and asks modprobe', async ({
  sandbox,
}) => {
  await inRoot(sandbox, async (root, dkmsDeb) => {
    const tried = await dkmsDeb([
      'bmdeb',
      '--try',
      `--install=${root.kernel}`,
      '-k',
      '*',
      '-o',
      '/srv/out',
    ]);
    expect(tried.output).toContain(
      '$ apt-get install --simulate --reinstall /srv/out/hello-modules-',
    );
    expect(tried.output).toMatch(/^apt would install: hello-modules-/m);
    expect(tried.output).toContain(`Kernel ${root.kernel} would load hello from hello-modules-`);
    expect(await statusOf(root, `hello-modules-${root.kernel}`)).toBe('');

    const installed = await dkmsDeb([
      'bmdeb',
      `--install=${root.kernel}`,
      '-k',
      '*',
      '-o',
      '/srv/out',
    ]);
    expect(installed).toMatchObject({ exitStatus: 0 });
    expect(await statusOf(root, `hello-modules-${root.kernel}`)).toBe('installed');
    const found = await root.run('modinfo', ['-k', root.kernel, '-n', 'hello']);
    expect(found.stdout).toContain('/updates/hello.ko');
  });
});

test('trixie: build --install installs the -dkms package, and DKMS compiles it', async ({
  sandbox,
}) => {
  await inRoot(sandbox, async (root, dkmsDeb) => {
    const built = await dkmsDeb(['build', '--install', '-o', '/srv/out']);
    expect(built).toMatchObject({ exitStatus: 0 });
    expect(built.stderr).toContain(
      '$ apt-get install --yes --reinstall /srv/out/hello-dkms_1.0_all.deb',
    );
    expect((await root.run('dkms', ['status'])).stdout).toMatch(/^hello\/1\.0, .*: installed/m);
  });
});

test('trixie: apt that is locked, a package that it refuses, sudo that asks, no sudo', async ({
  sandbox,
}) => {
  await inRoot(sandbox, async (root, dkmsDeb) => {
    const locked = await dkmsDeb(['build', '--install', '-o', '/srv/out'], ['perl', '-e', LOCK]);
    expect(locked).toMatchObject({ exitStatus: 1 });
    expect(locked.stderr).toContain('another program is using apt or dpkg');
    expect(locked.stdout).toContain('/srv/out/hello-dkms_1.0_all.deb');

    // A dependency that nobody has.
    const conf = join(root.directory, 'srv/hello/dkms.conf');
    await asRoot(['sh', '-c', 'echo "BUILD_DEPENDS[0]=\\"nowhere\\"" >>"$0"', conf]);
    const refused = await dkmsDeb(['build', '--try', '-o', '/srv/out']);
    expect(refused).toMatchObject({ exitStatus: 1 });
    expect(refused.stderr).toMatch(/hello-dkms : Depends: nowhere-dkms but it is not installable/);

    // Another user, without a terminal.
    await asRoot(['chown', '-R', '65534:65534', join(root.directory, 'srv')]);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const absent = await dkmsDeb(['build', '--install', '-o', '/srv/out2'], nobody);
    expect(absent).toMatchObject({ exitStatus: 1, stdout: '' });
    expect(absent.stderr).toContain('sudo is not installed, and dkms-deb does not run as root');

    const sudo = join(sandbox.directory, 'sudo');
    await writeFile(sudo, SUDO);
    await asRoot(['install', '-m755', sudo, join(root.directory, 'usr/local/bin/sudo')]);
    const says = join(sandbox.directory, 'says');
    await writeFile(says, 'sudo: a password is required\n');
    await asRoot(['install', '-m644', says, join(root.directory, 'tmp/sudo.says')]);
    const asked = await dkmsDeb(['build', '--install', '-o', '/srv/out2'], nobody);
    const command = 'apt-get install --yes --reinstall /srv/out2/hello-dkms_1.0_all.deb';
    expect(asked).toMatchObject({ exitStatus: 1 });
    expect(asked.stderr).toContain(`$ sudo -n ${command}`);
    expect(asked.stderr).toContain('Run this yourself: sudo apt-get install --reinstall');
    expect((await root.run('cat', ['/tmp/sudo.log'])).stdout).toBe(`-n ${command}\n`);
    expect(await statusOf(root, 'hello-dkms')).toBe('');
  });
});
