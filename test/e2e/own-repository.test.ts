import { join } from 'node:path';
import { expect } from 'vitest';
import { writePackage } from '../../packaging/package.ts';
import { asRoot } from '../support/as-root.ts';
import { withTrixieRoot } from '../support/chroot.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { useLocalArchive } from '../support/local-archive.ts';
import { PROJECT } from '../support/project.ts';
import { dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

test('publish makes an apt repository of dkms-deb itself, from which trixie installs it', async ({
  sandbox,
}) => {
  const { directory, out } = sandbox;
  const deb = await writePackage(PROJECT, out);
  const [site, key] = [join(directory, 'site'), join(directory, 'key')];
  await withKeyring(join(directory, 'g'), async ({ makeKey, gpg }) => {
    await gpg('--output', key, '--export-secret-keys', await makeKey('acme'));
  });
  await dkmsDebLines(sandbox, [
    ...['publish', deb, '--repo', site, '--suite', 'trixie', '--key', key],
    ...['--origin', 'Acme', '--url', 'file:///srv/site'],
  ]);
  await withTrixieRoot(async (root) => {
    await useLocalArchive(root);
    await asRoot(['cp', '-r', '--', site, join(root.directory, 'srv/site')]);
    const install = ['install', '-qq', '-y', '--no-install-recommends'];
    const keyring = '/srv/site/dkms-deb/acme-archive-keyring_trixie.deb';
    await root.run('apt-get', [...install, keyring]);
    const update = await root.run('apt-get', ['update']);
    expect(update.output).not.toMatch(/^[EW]:/m);
    await root.run('apt-get', [...install, 'dkms-deb'], { timeoutSeconds: 300 });
    const { stdout } = await root.run('apt-cache', ['policy', 'dkms-deb']);
    expect(stdout).toMatch(/\*\*\*.*\n +\d+ file:\/srv\/site trixie\/main/);
    expect((await root.run('dkms-deb', ['version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
