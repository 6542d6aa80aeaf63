import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withArchiveSigner } from '../../../src/repository/archive-signer.ts';
import { checkSigningKey } from '../../../src/repository/signing-keys.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';
import { type Keyring, withKeyring } from '../../support/gpg-keys.ts';

async function withKeys(work: (keyring: Keyring, directory: string) => Promise<void>) {
  await withTemporaryDirectory('keys', async (directory) => {
    await withKeyring(join(directory, 'gnupg'), (keyring) => work(keyring, directory));
  });
}

const codeFor = async (key: string) => (await errorOf(() => checkSigningKey(key))).code;

test('ed25519, ECDSA and RSA of 3072 bits sign; a message says when a key expires', async () => {
  await withKeys(async ({ makeKey }) => {
    for (const kind of ['ed25519', 'nistp256', 'rsa3072']) {
      const key = await makeKey(kind, kind);
      expect(await checkSigningKey(key), kind).toEqual({
        fingerprint: key,
        expires: undefined,
        isOfFile: false,
        users: [`${kind} <${kind}@example.org>`],
      });
    }
    const year = await checkSigningKey(await makeKey('year', 'ed25519', '1y'));
    const days = ((year.expires?.getTime() ?? 0) - Date.now()) / (24 * 3600e3);
    expect(days).toBeGreaterThan(360);
    expect(days).toBeLessThan(367);
  });
});

test('bug: only the first user id was read; all are, without revoked ones', async () => {
  await withKeys(async ({ makeKey, gpg }) => {
    const key = await makeKey('first');
    const users = async () => (await checkSigningKey(key)).users;
    await gpg('--quick-add-uid', key, 'Acme: Drivers <acme@example.org>');
    await gpg('--quick-add-uid', key, 'Gone <gone@example.org>');
    await gpg('--quick-revoke-uid', key, 'Gone <gone@example.org>');
    expect((await users()).toSorted()).toEqual([
      'Acme: Drivers <acme@example.org>',
      'first <first@example.org>',
    ]);
  });
});

test('keys that the apt of trixie refuses are refused before anything is published', async () => {
  await withKeys(async ({ makeKey, gpg }) => {
    const short = await errorOf(async () => checkSigningKey(await makeKey('short', 'rsa2048')));
    expect(short.code).toBe('key-weak');
    expect(short.message).toContain('RSA key of 2048 bits; 3072 are required');
    const dsa = await errorOf(async () => checkSigningKey(await makeKey('dsa', 'dsa2048')));
    expect(dsa.message).toContain('it is a DSA key');
    await gpg(
      ...['--cert-digest-algo', 'SHA1', '--passphrase', '', '--quick-generate-key'],
      ...['sha1 <sha1@example.org>', 'ed25519', 'sign', 'never'],
    );
    const listed = await gpg('--with-colons', '--list-keys', 'sha1');
    const key = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
    const sha1 = await errorOf(() => checkSigningKey(key));
    expect(sha1.message).toContain('its self-signature uses SHA-1');
    expect(sha1.hint).toContain('gpg --quick-generate-key');
  });
});

test('a missing, an expired and a revoked key have different errors', async () => {
  await withKeys(async ({ makeKey, gpg, home }, directory) => {
    expect(await codeFor('A'.repeat(40))).toBe('key-missing');
    const ended = await makeKey('ended', 'ed25519', 'seconds=1');
    const revoked = await makeKey('revoked');
    const certificate = await readFile(join(home, `openpgp-revocs.d/${revoked}.rev`), 'utf8');
    const file = join(directory, 'revocation');
    await writeFile(file, certificate.replace(':-----', '-----'));
    await gpg('--import', file);
    expect(await codeFor(revoked)).toBe('key-revoked');
    const publicOnly = await makeKey('public');
    await gpg('--yes', '--delete-secret-keys', publicOnly);
    expect(await codeFor(publicOnly)).toBe('key-missing');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await codeFor(ended)).toBe('key-expired');
  });
});

test('bug: the advice about a key of a file that cannot sign, or is only public, is for a file', async () => {
  await withKeys(async ({ makeKey, gpg }, directory) => {
    const file = join(directory, 'key');
    const errorFor = () => errorOf(() => withArchiveSigner({ keys: [file] }, async () => {}));
    const user = 'certifying <c@example.org>';
    await gpg('--passphrase', '', '--quick-generate-key', user, 'ed25519', 'cert', 'never');
    await gpg('--output', file, '--export-secret-keys', user);
    const unable = await errorFor();
    expect(unable.message).toMatch(/cannot sign$/);
    expect(unable.hint).toMatch(
      /^Import the file of the key into your keyring, add a signing subkey there \(gpg --quick-add-key \w{40} ed25519 sign\), export the key again\.$/,
    );
    const key = await makeKey('public');
    await gpg('--yes', '--output', file, '--export', key);
    expect(await errorFor()).toMatchObject({
      code: 'key-missing',
      message: `the file has only the public key ${key}, not the secret key`,
    });
    await gpg('--yes', '--output', file, '--export-secret-keys', key);
    const signs = await withArchiveSigner({ keys: [file] }, async ({ keys }) => keys);
    expect(signs).toEqual([expect.objectContaining({ fingerprint: key, isOfFile: true })]);
  });
});

test('a key in a file signs with its pass phrase, and leaves neither files nor an agent', async () => {
  await withKeys(async ({ gpg, home }, directory) => {
    const user = 'locked <locked@example.org>';
    await gpg(
      '--passphrase',
      'open sesame',
      '--quick-generate-key',
      user,
      'ed25519',
      'sign',
      'never',
    );
    const [file, passphrase] = [join(directory, 'key'), join(directory, 'passphrase')];
    await writeFile(passphrase, 'open sesame\n');
    const loopback = ['--pinentry-mode', 'loopback', '--passphrase-file', passphrase];
    await gpg(...loopback, '--output', file, '--export-secret-keys', user);
    const before = await readdir(directory);
    const text = await withArchiveSigner({ keys: [file], passphraseFile: passphrase }, (signer) =>
      signer.sign('Origin: x\n'),
    );
    const { stderr } = await run('gpg', ['--verify'], { input: text, env: { GNUPGHOME: home } });
    expect(stderr).toContain('Good signature');
    expect(await readdir(directory)).toEqual(before);
    const { stdout } = await run('ps', ['-eo', 'args']);
    expect(stdout.split('\n').filter((line) => /gpg-agent.*dkms-deb-gnupg/.test(line))).toEqual([]);
    await writeFile(passphrase, 'wrong\n');
    const wrong = await errorOf(() =>
      withArchiveSigner({ keys: [file], passphraseFile: passphrase }, (signer) => signer.sign('x')),
    );
    expect(wrong.code).toBe('signing-failed');
  });
});

test('a key in a file signs, however long the path of TMPDIR is', async () => {
  await withKeys(async ({ makeKey, gpg }, directory) => {
    const key = join(directory, 'key');
    await gpg('--output', key, '--export-secret-keys', await makeKey('one'));
    const TMPDIR = join(directory, 'long'.repeat(20));
    await mkdir(TMPDIR);
    await withEnvironment({ TMPDIR }, async () => {
      const text = await withArchiveSigner({ keys: [key] }, (signer) => signer.sign('x\n'));
      expect(text).toContain('BEGIN PGP SIGNATURE');
    });
  });
});

test('without a key, and with files and fingerprints together, nothing is signed', async () => {
  const none = await errorOf(() => withArchiveSigner({ keys: [] }, async () => {}));
  expect([none.code, none.exitStatus]).toEqual(['usage', 2]);
  const mixed = await errorOf(() =>
    withArchiveSigner({ keys: ['A'.repeat(40), 'key.asc'] }, async () => {}),
  );
  expect(mixed.code).toBe('usage');
});
