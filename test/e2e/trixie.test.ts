import { join } from 'node:path';
import { expect } from 'vitest';
import { asRoot } from '../support/as-root.ts';
import { type DebianRoot, withTrixieRoot } from '../support/chroot.ts';
import { driverTree } from '../support/driver.ts';
import { installInRoot } from '../support/install-in-root.ts';
import { dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

/** apt as a person calls it, but cut off from the network. */
const OFFLINE = ['-y', '-o', 'Acquire::http::Proxy=http://127.0.0.1:9/'];

/** What is left of a driver in the root: DKMS's trees, modules, packages in any state. */
async function tracesOf(root: DebianRoot, name: string): Promise<string[]> {
  const script = `
    ls -d /usr/src/"$0"-[0-9]* /var/lib/dkms/"$0" /etc/dkms/"$0"[-.]* 2>/dev/null
    find /usr/lib/modules -path '*/updates/*.ko*'
    dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' "$0-*" 2>/dev/null
    grep -h updates/ /usr/lib/modules/*/modules.dep`;
  const { stdout } = await root.run('sh', ['-c', script, name], { accept: [0, 1] });
  return stdout.split('\n').filter((line) => line !== '');
}

async function fileOfModule(root: DebianRoot, module: string): Promise<string> {
  const { stdout } = await root.run('modinfo', ['-k', root.kernel, '-n', module]);
  return stdout.trim();
}

test('in trixie, apt installs -dkms packages offline, DKMS compiles them, and purge removes all of them', async ({
  sandbox,
}) => {
  const debs: string[] = [];
  for (const driver of ['hello', 'acpi-call-dkms'] as const) {
    const tree = await driverTree(driver, join(sandbox.directory, driver));
    const paths = await dkmsDebLines(sandbox, ['build', '-o', sandbox.out, tree]);
    debs.push(paths.find((path) => path.endsWith('.deb')) ?? '');
  }
  await withTrixieRoot(async (root) => {
    const inRoot: string[] = [];
    for (const deb of debs) inRoot.push(await root.copyIn(deb));
    await root.run('apt-get', ['install', ...OFFLINE, ...inRoot], { timeoutSeconds: 400 });

    const { stdout: status } = await root.run('dkms', ['status']);
    expect(status).toMatch(
      new RegExp(`^hello/1\\.0, ${literal(root.kernel)}, x86_64: installed`, 'm'),
    );
    expect(status).toMatch(
      new RegExp(`^acpi-call/[\\d.]+, ${literal(root.kernel)}, x86_64: installed`, 'm'),
    );
    expect(await fileOfModule(root, 'hello')).toMatch(/\/updates\/dkms\/hello\.ko\.xz$/);
    expect(await fileOfModule(root, 'acpi_call')).toMatch(/\/updates\/dkms\/acpi_call\.ko\.xz$/);

    await root.run('apt-get', ['purge', ...OFFLINE, 'hello-dkms', 'acpi-call-dkms']);
    expect((await root.run('dkms', ['status'])).stdout).toBe('');
    expect(await tracesOf(root, 'hello')).toEqual([]);
    expect(await tracesOf(root, 'acpi-call')).toEqual([]);
  });
});

test('in trixie, bmdeb --all duo/0.3.1 builds for its kernel, and apt installs the package with real dependencies', async ({
  sandbox,
}) => {
  const tree = await driverTree('duo', sandbox.directory);
  await withTrixieRoot(async (root) => {
    const dkmsDeb = await installInRoot(root);
    const source = join(root.directory, 'usr/src/duo-0.3.1');
    await asRoot(['cp', '-r', '--', tree, source]);
    // DKMS is not needed, nor is anything that only DKMS brought.
    const env = { DEBFULLNAME: 'Erika Mustermann', DEBEMAIL: 'erika@example.org' };
    const args = ['bmdeb', '--all', '--initramfs', 'auto', '-o', '/root/out', 'duo/0.3.1'];
    const built = await root.run(dkmsDeb, args, { env, timeoutSeconds: 300 });
    const deb = built.stdout.trim();
    expect(deb).toMatch(`/root/out/duo-modules-${root.kernel}_0.3.1+`);
    await asRoot(['rm', '-r', '--', source]);

    // It belongs to no class that initramfs-tools puts in by itself: the administrator has listed it.
    // The root has no initramfs, and for a whole one this test has no time.
    const initrd = `/boot/initrd.img-${root.kernel}`;
    const script = `echo duo_core >>/etc/initramfs-tools/modules && touch "$0" &&
      sed -i s/^MODULES=.*/MODULES=list/ /etc/initramfs-tools/initramfs.conf`;
    await root.run('sh', ['-c', script, initrd]);
    // The image is really installed: no --force-depends, no dummy package.
    await root.run('apt-get', ['install', ...OFFLINE, deb], { timeoutSeconds: 300 });
    for (const module of ['duo_core', 'duo_dev']) {
      expect(await fileOfModule(root, module)).toBe(
        `/lib/modules/${root.kernel}/updates/${module}.ko.xz`,
      );
    }
    const { stdout } = await root.run('modprobe', [
      ...['-S', root.kernel, '--show-depends', 'duo_dev'],
    ]);
    expect(stdout).toMatch(/duo_core\.ko\.xz\s*\n.*duo_dev\.ko\.xz/);
    const listed = (await root.run('lsinitramfs', [initrd])).stdout;
    expect(listed).toContain(`/modules/${root.kernel}/updates/duo_core.ko`);
    expect(listed).not.toContain('duo_dev');
    const verified = await root.run('dpkg', ['-V', `duo-modules-${root.kernel}`]);
    // The root was made without documentation.
    expect(
      verified.stdout.split('\n').filter((line) => !/ \/usr\/share\/doc\//.test(line)),
    ).toEqual(['']);

    await root.run('apt-get', ['purge', ...OFFLINE, `duo-modules-${root.kernel}`]);
    expect(await tracesOf(root, 'duo')).toEqual([]);
  });
});

function literal(text: string): string {
  return text.replace(/[.+]/g, '\\$&');
}
