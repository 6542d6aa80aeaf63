import { join } from 'node:path';
import { expect } from 'vitest';
import { writePackage } from '../../packaging/package.ts';
import { asRoot } from '../support/as-root.ts';
import { type DebianRoot, withTrixieRoot } from '../support/chroot.ts';
import { driverTree } from '../support/driver.ts';
import { useLocalArchive } from '../support/local-archive.ts';
import { PROJECT } from '../support/project.ts';
import { sandboxTest as test } from '../support/sandbox.ts';

const ENV = { DEBFULLNAME: 'Erika Mustermann', DEBEMAIL: 'erika@example.org' };

/** Everything in the root but what no package owns by nature: caches, logs, dpkg's own records. */
async function filesOf(root: DebianRoot): Promise<Set<string>> {
  const pruned = ['proc', 'sys', 'dev', 'run', 'root', 'tmp', 'srv', 'var/cache', 'var/log'];
  const tests = [...pruned, 'var/lib/apt', 'var/lib/dpkg'].flatMap((path) => [
    '-path',
    `/${path}`,
    '-o',
  ]);
  const { stdout } = await root.run('find', [
    '/',
    '(',
    ...tests.slice(0, -1),
    ')',
    '-prune',
    '-o',
    '-print',
  ]);
  return new Set(stdout.split('\n'));
}

test('in trixie, apt installs dkms-deb, dpkg-buildpackage and bmdeb work with it, and purge removes all of it', async ({
  sandbox,
}) => {
  const deb = await writePackage(PROJECT, sandbox.out);
  const tree = await driverTree('hello', sandbox.directory);
  await withTrixieRoot(async (root) => {
    await useLocalArchive(root);
    const install = ['install', '-qq', '-y', '--no-install-recommends'];
    // What every machine has that builds packages (dpkg-checkbuilddeps asks for it).
    await root.run('apt-get', [...install, 'build-essential'], { timeoutSeconds: 300 });
    const before = await filesOf(root);
    await root.run('apt-get', [...install, await root.copyIn(deb)], { timeoutSeconds: 300 });
    const { stdout: shown } = await root.run('dpkg-query', [
      ...['-W', '-f', '$' + '{Package} $' + '{db:Status-Status}\n', 'nodejs', 'dkms-deb'],
    ]);
    expect(shown).toBe('dkms-deb installed\nnodejs installed\n');

    // Build-Depends of what init writes are satisfied: no -d.
    await asRoot(['cp', '-r', '--', tree, join(root.directory, 'root/hello')]);
    const options = { cwd: '/root/hello', env: ENV, timeoutSeconds: 300 };
    const written = await root.run('dkms-deb', ['init'], options);
    expect(written.output).not.toMatch(/dpkg-buildpackage/);
    await root.run('dpkg-buildpackage', ['-us', '-uc'], options);
    const results = await root.run('sh', ['-c', 'ls /root/hello_* /root/hello-dkms_*']);
    expect(results.stdout.split('\n').map((path) => path.replace(/^.*_(?:1\.0)?/, ''))).toEqual(
      expect.arrayContaining(['all.deb', '.dsc', '.tar.xz', 'amd64.changes', 'amd64.buildinfo']),
    );

    // What only an option needs is not there, and is named.
    for (const [option, name] of [
      ['--compression=zstd', 'zstd'],
      ['--sign=someone', 'gpg'],
    ] as const) {
      const failed = await root.run('dkms-deb', ['build', option, '-o', '/root/none'], {
        ...options,
        accept: [1],
      });
      expect(failed.stderr).toContain(`apt install ${name}\n`);
    }
    const completion = '. /usr/share/bash-completion/completions/dkms-deb; complete -p dkms-deb';
    await root.run('bash', ['-c', completion]);

    const args = ['bmdeb', '-k', root.kernel, '-o', '/root/out'];
    const built = await root.run('dkms-deb', args, options);
    await root.run('apt-get', [...install, built.stdout.trim()], { timeoutSeconds: 300 });
    const { stdout: module } = await root.run('modinfo', ['-k', root.kernel, '-n', 'hello']);
    expect(module.trim()).toBe(`/lib/modules/${root.kernel}/updates/hello.ko.xz`);

    const purge = [
      'purge',
      '-qq',
      '-y',
      '--auto-remove',
      'dkms-deb',
      `hello-modules-${root.kernel}`,
    ];
    await root.run('apt-get', purge, { timeoutSeconds: 300 });
    const after = await filesOf(root);
    expect([...after].filter((path) => !before.has(path))).toEqual([]);
    expect((await root.run('sh', ['-c', 'dpkg -l | grep dkms-deb'], { accept: [1] })).stdout).toBe(
      '',
    );
  });
});
