import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { SigningOptions } from '../../../src/module/sign/module-signer.ts';
import { openSigner } from '../../../src/module/sign/open-signer.ts';
import { signModule } from '../../../src/module/sign/sign-module.ts';
import { run } from '../../../src/system/process/run.ts';
import { withEnvironment } from '../../support/environment.ts';
import { installedKernels } from '../../support/kernels.ts';
import { makeExample } from '../../support/make-example.ts';
import { EC, makePair, type Pair } from '../../support/sign-pairs.ts';

const headers = { config: parseKernelConfig('CONFIG_MODULE_SIG_HASH="sha256"\n') };

let directory = '';
let module = '';
let signFiles: string[] = [];
let a: Pair;
let b: Pair;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sign-'));
  const releases = await installedKernels();
  signFiles = releases
    .filter((release) => !release.includes('-rt-'))
    .map((release) => `/lib/modules/${release}/build/scripts/sign-file`);
  [a, b] = await Promise.all([makePair(directory, 'a'), makePair(directory, 'b')]);
  const tree = await makeExample('hello', releases[0] ?? '', directory);
  module = join(directory, 'hello.ko');
  await run('strip', ['-g', '-o', module, join(tree, 'hello.ko')]);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let count = 0;
async function copyOfModule(): Promise<string> {
  const copy = join(directory, `copy-${count++}.ko`);
  await copyFile(module, copy);
  return copy;
}

async function sign(options: SigningOptions, file?: string): Promise<Buffer> {
  const copy = file ?? (await copyOfModule());
  await signModule(copy, await openSigner(options), headers);
  return readFile(copy);
}

const signer = ({ key, certificate }: Pair) => ({ key, certificate });

/** The kernel's own tool: what it writes is right. */
async function bySignFile(tool: string, hash: string, pair: Pair): Promise<Buffer> {
  const copy = await copyOfModule();
  await run(tool, [hash, pair.key, pair.certificate, copy]);
  return readFile(copy);
}

async function verify(signed: Buffer, ...certificates: string[]): Promise<number> {
  const start = (await readFile(module)).length;
  const cms = join(directory, `cms-${count++}`);
  await writeFile(cms, signed.subarray(start, signed.length - 40));
  const pems = await Promise.all(certificates.map((file) => readFile(file, 'utf8')));
  const all = `${cms}.pem`;
  await writeFile(all, pems.join(''));
  const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', module];
  args.push('-nointern', '-noverify', '-certfile', all, '-out', '/dev/null');
  return (await run('openssl', args, { accept: [0, 4] })).exitStatus;
}

describe('the bytes of scripts/sign-file', () => {
  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('with %s', async (hash) => {
    const ours = await sign({ signers: [signer(a)], hash });
    expect(signFiles.length).toBeGreaterThan(0);
    for (const tool of signFiles) {
      expect(ours.equals(await bySignFile(tool, hash, a)), tool).toBe(true);
    }
  });

  test('with key and certificate in DER', async () => {
    const der = { key: join(directory, 'a.key.der'), certificate: join(directory, 'a.der') };
    await run('openssl', ['rsa', '-in', a.key, '-outform', 'DER', '-out', der.key]);
    await run('openssl', [
      'x509',
      '-in',
      a.certificate,
      '-outform',
      'DER',
      '-out',
      der.certificate,
    ]);
    expect((await sign({ signers: [der] })).equals(await sign({ signers: [signer(a)] }))).toBe(
      true,
    );
  });

  test('with an encrypted key, its pass phrase in a file or in the environment', async () => {
    const key = join(directory, 'a.enc.key');
    const file = join(directory, 'passphrase');
    await writeFile(file, 'geheim\nnot this line\n');
    await run('openssl', ['pkcs8', '-topk8', '-in', a.key, '-out', key, '-passout', 'pass:geheim']);
    const plain = await sign({ signers: [signer(a)] });
    const { certificate } = a;
    expect(
      (await sign({ signers: [{ key, certificate, passphrase: { file } }] })).equals(plain),
    ).toBe(true);
    const passphrase = { environment: 'SIGN_TEST_WORD' };
    const signed = await withEnvironment({ SIGN_TEST_WORD: 'geheim' }, () =>
      sign({ signers: [{ key, certificate, passphrase }] }),
    );
    expect(signed.equals(plain)).toBe(true);
  });

  test('over a module that another key has signed twice', async () => {
    const file = await copyOfModule();
    await run(signFiles[0] ?? '', ['sha512', b.key, b.certificate, file]);
    await run(signFiles[0] ?? '', ['sha256', b.key, b.certificate, file]);
    const result = await signModule(file, await openSigner({ signers: [signer(a)] }), headers);
    expect(result).toMatchObject({ hash: 'sha256', signers: [{ name: 'a signer' }] });
    expect((await readFile(file)).equals(await sign({ signers: [signer(a)] }))).toBe(true);
  });
});

// Bug: of a number with its first bit set, ours had a byte 00 in front.
test.each(['0x2345', '0xc11c37df48fac696623cadf0e2460f4eef00d1'])(
  'modinfo shows signer, key and hash: %s',
  async (serial) => {
    const file = await copyOfModule();
    const pair = await makePair(directory, 'serial', ['rsa:2048', '-set_serial', serial]);
    const { signers } = await signModule(
      file,
      await openSigner({ signers: [signer(pair)] }),
      headers,
    );
    const field = async (name: string) => (await run('modinfo', ['-F', name, file])).stdout.trim();
    expect(await field('signer')).toBe('serial signer');
    expect(await field('sig_hashalgo')).toBe('sha256');
    expect((await field('sig_key')).replaceAll(':', '').toLowerCase()).toBe(signers[0]?.keyId);
  },
);

test('two keys: the CMS that openssl makes with two -signer', async () => {
  const ours = await sign({ signers: [signer(b), signer(a)] });
  const args = ['cms', '-sign', '-binary', '-noattr', '-nosmimecap', '-nocerts', '-md', 'sha256'];
  args.push('-in', module, '-outform', 'DER', '-signer', a.certificate, '-inkey', a.key);
  args.push('-signer', b.certificate, '-inkey', b.key);
  const { bytes } = await run('openssl', args);
  const start = (await readFile(module)).length;
  expect(ours.subarray(start, ours.length - 40).equals(bytes)).toBe(true);
  expect(await verify(ours, a.certificate, b.certificate)).toBe(0);
});

test('ECDSA: random bytes, but openssl takes them', async () => {
  const ec = await makePair(directory, 'ec', EC);
  const signed = await sign({ signers: [signer(ec)], hash: 'sha384' });
  expect(await verify(signed, ec.certificate)).toBe(0);
  expect(await verify(signed, a.certificate)).toBe(4);
});

describe('a command that signs', () => {
  async function command(name: string, script: string): Promise<string> {
    const file = join(directory, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }
  const CMS = 'openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER';

  test('gets module and hash, and its CMS is appended', async () => {
    const file = await command('signs', `${CMS} -md "$3" -in "$2" -signer $1.pem -inkey $1.key`);
    const options = {
      signers: [],
      command: `${file}  ${directory}/a`,
      certificates: [a.certificate],
    };
    expect((await sign(options)).equals(await sign({ signers: [signer(a)] }))).toBe(true);
    const wrong = { ...options, certificates: [b.certificate] };
    await expect(sign(wrong)).rejects.toMatchObject({ code: 'sign-command-malformed' });
  });

  test.each([
    ['fails', 'echo no token here >&2; exit 3', 'sign-command-failed'],
    ['silent', 'true', 'sign-command-failed'],
    ['rubbish', 'echo rubbish', 'sign-command-malformed'],
    ['hash', `${CMS} -md sha512 -in "$1" -signer a.pem -inkey a.key`, 'sign-command-malformed'],
    [
      'attached',
      `${CMS} -nodetach -md $2 -in "$1" -signer a.pem -inkey a.key`,
      'sign-command-malformed',
    ],
    ['in-place', 'echo x >> "$1"; echo y', 'sign-command-changed-module'],
  ])('that fails (%s) is one clear error', async (name, script, code) => {
    const options = { signers: [], command: await command(name, `cd ${directory}\n${script}`) };
    await expect(sign(options)).rejects.toMatchObject({ name: 'ModuleBuildError', code });
    await expect(sign({ ...options, command: 'no-such-program' })).rejects.toMatchObject({
      code: 'sign-command-failed',
    });
  });
});

describe('what cannot be signed, or not with these options', () => {
  test('a compressed module', async () => {
    const file = join(directory, 'hello.ko.xz');
    await copyFile(module, join(directory, 'x.ko'));
    await run('xz', ['-f', join(directory, 'x.ko')]);
    await copyFile(join(directory, 'x.ko.xz'), file);
    await expect(sign({ signers: [signer(a)] }, file)).rejects.toMatchObject({
      code: 'module-compressed',
    });
  });

  test('a key that does not match, an expired certificate, an unknown hash', async () => {
    const open = (options: SigningOptions) => openSigner(options);
    await expect(
      open({ signers: [{ key: a.key, certificate: b.certificate }] }),
    ).rejects.toMatchObject({ code: 'key-mismatch' });
    const old = join(directory, 'old.pem');
    const args = ['x509', '-in', a.certificate, '-signkey', a.key, '-days', '-1', '-out', old];
    await run('openssl', args);
    await expect(open({ signers: [{ key: a.key, certificate: old }] })).rejects.toMatchObject({
      code: 'certificate-expired',
    });
    await expect(open({ signers: [signer(a)], hash: 'md5' })).rejects.toMatchObject({
      code: 'hash-unknown',
    });
  });

  test('without openssl', async () => {
    const opened = await openSigner({ signers: [signer(a)] });
    const signing = withEnvironment({ PATH: directory }, () => signModule(module, opened, headers));
    await expect(signing).rejects.toMatchObject({
      name: 'ModuleBuildError',
      code: 'openssl-missing',
    });
  });
});
