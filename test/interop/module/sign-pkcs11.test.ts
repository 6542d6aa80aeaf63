import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { KeyPair } from '../../../src/module/sign/module-signer.ts';
import { openSigner } from '../../../src/module/sign/open-signer.ts';
import { signBytes } from '../../../src/module/sign/sign-module.ts';
import { run } from '../../../src/system/process/run.ts';
import { withEnvironment } from '../../support/environment.ts';
import { makePair, type Pair } from '../../support/sign-pairs.ts';

const PIN = '56 %78';
const content = Buffer.from('\x7fELF what is signed');

describe.runIf(existsSync('/usr/bin/softhsm2-util'))('a key in a token (softhsm2)', () => {
  let directory = '';
  let a: Pair;
  let b: Pair;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'token-'));
    const conf = join(directory, 'softhsm2.conf');
    const tokens = join(directory, 'tokens');
    await mkdir(tokens);
    await writeFile(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
    vi.stubEnv('SOFTHSM2_CONF', conf);
    [a, b] = await Promise.all([makePair(directory, 'a'), makePair(directory, 'b')]);
    const softhsm = (...args: string[]) =>
      run('softhsm2-util', args, { env: { SOFTHSM2_CONF: conf } });
    await softhsm('--init-token', '--free', '--label', 'signing', '--so-pin', '1234', '--pin', PIN);
    const key = ['--import', a.key, '--token', 'signing', '--label', 'modules', '--id', '01'];
    await softhsm(...key, '--pin', PIN);
    await writeFile(join(directory, 'pin'), `${PIN}\n`);
    await writeFile(join(directory, 'wrong-pin'), '0000\n');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true, force: true });
  });

  const URI = 'pkcs11:token=signing;object=modules;type=private';
  const sign = async (...signers: KeyPair[]) =>
    signBytes(content, 'x.ko', await openSigner({ signers }), 'sha256');
  const byFile = () => sign({ ...a });
  const pinFile = (name = 'pin') => ({ passphrase: { file: join(directory, name) } });

  test('signs as the same key in a file does', async () => {
    const expected = await byFile();
    const { certificate } = a;
    expect(await sign({ key: URI, certificate, ...pinFile() })).toEqual(expected);
    const inUri = `${URI}?pin-value=${encodeURIComponent(PIN)}`;
    expect(await sign({ key: inUri, certificate })).toEqual(expected);
  });

  test('can be used together with a key in a file', async () => {
    const { certificate } = a;
    expect(await sign({ key: URI, certificate, ...pinFile() }, b)).toEqual(await sign(a, b));
  });

  test.each([
    [
      'the wrong PIN',
      () => ({ key: URI, certificate: a.certificate, ...pinFile('wrong-pin') }),
      // OpenSSL's provider (trixie) cannot tell the two apart.
      /^(wrong-pin|key-not-found)$/,
    ],
    [
      'no such key',
      () => ({
        key: `${URI}x`.replace('modules', 'none'),
        certificate: a.certificate,
        ...pinFile(),
      }),
      /^key-not-found$/,
    ],
    [
      "another key's certificate",
      () => ({ key: URI, certificate: b.certificate, ...pinFile() }),
      /^key-mismatch$/,
    ],
  ])('%s is one clear error that does not contain the PIN', async (_name, options, code) => {
    const error = await sign(options()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ModuleBuildError',
      code: expect.stringMatching(code),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain(PIN);
  });

  test('its PIN is on no command line, even where the URI has it', async () => {
    const shim = join(directory, 'bin');
    await mkdir(shim);
    const log = join(directory, 'arguments');
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> ${log}\nexec /usr/bin/openssl "$@"\n`;
    await writeFile(join(shim, 'openssl'), script, { mode: 0o755 });
    const key = `${URI}?pin-value=${encodeURIComponent(PIN)}`;
    await withEnvironment({ PATH: `${shim}:${process.env.PATH}` }, () =>
      sign({ key, certificate: a.certificate }),
    );
    const said = await readFile(log, 'utf8');
    expect(said).toContain(URI);
    expect(said).not.toMatch(/pin-value|%78/);
  });
});
