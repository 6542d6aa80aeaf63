import { join } from 'node:path';
import { expect } from 'vitest';
import { machineApt } from '../support/apt-archive.ts';
import { writeModules } from '../support/fleet-packages.ts';
import { type Keyring, withKeyring } from '../support/gpg-keys.ts';
import { pasteAll, type Situation } from '../support/paste-all.ts';
import { call, sandboxTest as test } from '../support/sandbox.ts';
import { debianKernels, writeSmallArchive } from '../support/small-archive.ts';

/** What gpg asks a person on a terminal: the pass phrase, which the keys of this test do not have. */
const NO_PHRASE = ['gpg', "gpg --batch --passphrase ''"] as const;

test('what the messages of publish advise mends keys', async ({ sandbox }) => {
  const { directory } = sandbox;
  await writeModules(join(directory, 'out'), { kernel: 9 });
  await withKeyring(join(directory, 'gnupg'), async (keyring) => {
    const env = { GNUPGHOME: keyring.home };
    await pasteAll(sandbox, await keySituations(keyring, directory), env);
  });
});

async function keySituations(keyring: Keyring, directory: string): Promise<Situation[]> {
  const { makeKey, gpg } = keyring;
  const made = async (user: string, usage: string) => {
    await gpg('--passphrase', '', '--quick-generate-key', user, 'ed25519', usage, 'never');
    const listed = await gpg('--with-colons', '--list-keys', `=${user}`);
    return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
  };
  const words = (key: string, site: string) => [
    ...['publish', 'out', '--suite', 'trixie', '--repo', site, '--key', key],
  ];
  const ended = await makeKey('ended', 'ed25519', 'seconds=1');
  const ending = await makeKey('ending', 'ed25519', '9d');
  const certifying = await made('certifying <c@example.org>', 'cert');
  const subkey = await made('subkey <s@example.org>', 'cert');
  await gpg('--passphrase', '', '--quick-add-key', subkey, 'ed25519', 'sign', 'seconds=1');
  const nameless = await made('Acme archive', 'sign');
  const gone = await makeKey('gone');
  await gpg('--output', join(directory, 'gone.key'), '--export-secret-keys', gone);
  await gpg('--yes', '--delete-secret-keys', gone);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return [
    {
      name: 'an expired key',
      words: words(ended, 'a'),
      trouble: /has expired/,
      paste: `gpg --quick-set-expire ${ended} 2y`,
    },
    {
      name: 'a key that expires soon',
      words: words(ending, 'b'),
      trouble: /expires in \d days/,
      paste: `gpg --quick-set-expire ${ending} 2y`,
    },
    {
      name: 'a key whose subkey has expired',
      words: words(subkey, 'c'),
      trouble: /has expired/,
      paste: new RegExp(`^gpg --quick-set-expire ${subkey} 2y [0-9A-F]{40}$`),
    },
    {
      name: 'a key that cannot sign',
      words: words(certifying, 'd'),
      trouble: /cannot sign/,
      paste: `gpg --quick-add-key ${certifying} ed25519 sign`,
      fill: NO_PHRASE,
    },
    {
      name: 'a key without an address',
      words: [...words(nameless, 'e'), '--origin', 'Acme'],
      trouble: /the keyring package was not written/,
      paste: `gpg --quick-add-uid ${nameless} "NAME <MAIL>"`,
      fill: ['NAME <MAIL>', 'Acme <acme@example.org>'],
    },
    {
      name: 'a secret key that gpg does not have',
      words: words(gone, 'f'),
      trouble: /gpg has no secret key/,
      paste: 'gpg --import FILE',
      fill: ['FILE', 'gone.key'],
    },
    {
      name: 'a package without a suite',
      words: ['publish', 'out', '--repo', 'f', '--key', gone],
      trouble: /the suite of hello-modules.* is not known/,
      paste: '--suite trixie',
    },
  ];
}

test('what the messages about suites and sources advise finds the kernels', async ({ sandbox }) => {
  const { directory } = sandbox;
  await writeSmallArchive(join(directory, 'small'), debianKernels('6.12.9', ['amd64']));
  const env = await machineApt(directory);
  const sources = 'small/small.sources';
  const none: Situation = {
    name: 'no archive',
    words: ['kernels'],
    trouble: /no archive is named/,
    paste: '--sources FILE',
    fill: ['FILE', sources],
  };
  await pasteAll(sandbox, [none], env);
  const suite = await call(sandbox, 'dkms-deb', ['kernels', '--suite', 'acme'], { env });
  expect(suite.output).toMatch(/ame a file with the source of the suite: --sources FILE\./);
  const close = ['kernels', '--sources', sources, '6.12.9-amd46'];
  const misspelt = await call(sandbox, 'dkms-deb', close, { env });
  const [, meant = ''] = /Did you mean (\S+)\?/.exec(misspelt.output) ?? [];
  const since = ['kernels', '--sources', sources, '--since', '2999-01-01'];
  const late = await call(sandbox, 'dkms-deb', since, { env });
  const [, day = ''] = /first seen on (\S+)\./.exec(late.output) ?? [];
  for (const words of [
    [...close.slice(0, -1), meant],
    [...since.slice(0, -1), day],
  ]) {
    const found = await call(sandbox, 'dkms-deb', words, { env });
    expect(found.exitStatus, found.output).toBe(0);
    expect(found.stdout).toContain('6.12.9-amd64');
  }
});
