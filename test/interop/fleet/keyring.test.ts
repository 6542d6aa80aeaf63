import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareAptRoot, runApt } from '../../../src/archives/apt/apt-root.ts';
import { readAptSources } from '../../../src/archives/apt/apt-source.ts';
import { run } from '../../../src/system/process/run.ts';
import { writeModules } from '../../support/fleet-packages.ts';
import { withFleetSite } from '../../support/publish-command.ts';

test('the keyring package makes the repository a source of apt, and has the certificate of the modules', async () => {
  await withFleetSite(async ({ site, place, call, packages }) => {
    await writeModules(place('out'), { kernel: 9 });
    const certificate = place('mok.pem');
    await run('openssl', [
      ...['req', '-new', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=Acme modules'],
      ...['-keyout', place('mok.key'), '-out', certificate],
    ]);
    const choices = {
      suite: 'trixie',
      origin: 'Acme Drivers!',
      url: `file://${site}`,
      certificate,
    };
    await call([place('out')], choices);
    const keyring = (await packages()).find(({ name }) => name === 'acme-drivers-archive-keyring');
    expect(keyring).toMatchObject({
      architecture: 'all',
      version: expect.stringMatching(/^2\d{3}\.\d\d\.\d\d\+trixie$/),
    });
    const bootstrap = join(site, 'dkms-deb/acme-drivers-archive-keyring_trixie.deb');
    expect(await readFile(bootstrap)).toEqual(await readFile(join(site, keyring?.fileName ?? '')));
    const root = place('root');
    await run('dpkg-deb', ['-x', bootstrap, root]);
    const der = await run('openssl', ['x509', '-in', certificate, '-outform', 'DER']);
    const share = join(root, 'usr/share/acme-drivers-archive-keyring');
    expect(await readFile(join(share, 'module-signing.der'))).toEqual(der.bytes);
    // The source as it is on a machine, with the path of the keyring in that root.
    const file = join(root, 'etc/apt/sources.list.d/acme-drivers.sources');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('/usr/share', join(root, 'usr/share')));
    const apt = await prepareAptRoot(place('apt'), await readAptSources(file), ['amd64']);
    await runApt(apt, 'apt-get', ['update', '-q', '--error-on=any']);
    const { stdout } = await runApt(apt, 'apt-cache', ['pkgnames', 'hello-modules']);
    expect(stdout).toContain('hello-modules-6.12.9+deb13-test');
  });
});

test('it is written again, with a higher version, only if a key, the address or the certificate changes', async () => {
  await withFleetSite(async ({ site, key, place, keyring, call, packages }) => {
    await writeModules(place('out'), { kernel: 9 });
    const choices = { suite: 'trixie', origin: 'Acme', url: 'https://acme.example/drivers' };
    const versions = async (more: object = {}) => {
      await call([place('out')], { ...choices, ...more });
      const found = (await packages()).filter(({ name }) => name === 'acme-archive-keyring');
      return found.map(({ version }) => version.replace(/^[\d]+\.\d\d\.\d\d/, 'day')).sort();
    };
    expect(await versions()).toEqual(['day+trixie']);
    expect(await versions()).toEqual(['day+trixie']);
    const next = await keyring.makeKey('next');
    expect(await versions({ key: [key, next] })).toEqual(['day+trixie', 'day.1+trixie']);
    const names = await readdir(join(site, 'pool/main/a/acme-archive-keyring'));
    expect(names).toHaveLength(2);
    const gpg = await run(
      'sh',
      [
        '-c',
        'dpkg-deb --fsys-tarfile "$0" | tar -xO ./usr/share/keyrings/acme-archive-keyring.gpg | gpg --show-keys --with-colons',
        join(site, 'dkms-deb/acme-archive-keyring_trixie.deb'),
      ],
      { env: { GNUPGHOME: keyring.home } },
    );
    expect(gpg.stdout.match(/^pub:/gm)).toHaveLength(2);
    const file = join(site, 'dkms-deb/acme-archive-keyring_trixie.deb');
    const described = await run('dpkg-deb', ['-f', file, 'Description']);
    for (const one of [key, next]) expect(described.stdout).toContain(one);
  });
});
