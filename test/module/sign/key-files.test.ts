import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAnyCertificate } from '../../../src/module/sign/any-certificate.ts';
import { readCertificate, readKey, readPassphrase } from '../../../src/module/sign/key-files.ts';
import { withEnvironment } from '../../support/environment.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sealed = { cipher: 'aes-256-cbc', passphrase: 'geheim' } as const;
const KEYS: Readonly<Record<string, string | Buffer>> = {
  'pkcs8.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
  'sec1.pem': privateKey.export({ type: 'sec1', format: 'pem' }),
  'pkcs8.der': privateKey.export({ type: 'pkcs8', format: 'der' }),
  'sec1.der': privateKey.export({ type: 'sec1', format: 'der' }),
  'sealed.pem': privateKey.export({ type: 'pkcs8', format: 'pem', ...sealed }),
  'sealed-sec1.pem': privateKey.export({ type: 'sec1', format: 'pem', ...sealed }),
  'sealed.der': privateKey.export({ type: 'pkcs8', format: 'der', ...sealed }),
  rubbish: 'rubbish\n',
  empty: '',
};

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'));
  for (const [name, bytes] of Object.entries(KEYS)) await writeFile(join(directory, name), bytes);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a key file', () => {
  test.each(Object.keys(KEYS).filter((name) => /\./.test(name)))('%s is read', async (name) => {
    const key = await readKey(
      join(directory, name),
      name.includes('sealed') ? 'geheim' : undefined,
    );
    expect(key.asymmetricKeyType).toBe('ec');
  });

  test.each([
    ['sealed.pem', undefined, 'passphrase-missing'],
    ['sealed-sec1.pem', undefined, 'passphrase-missing'],
    ['sealed.der', undefined, 'passphrase-missing'],
    ['sealed.pem', 'other words', 'wrong-passphrase'],
    ['sealed-sec1.pem', 'other words', 'wrong-passphrase'],
    ['sealed.der', 'other words', 'wrong-passphrase'],
    ['rubbish', undefined, 'key-unreadable'],
    ['empty', 'other words', 'key-unreadable'],
    ['missing', undefined, 'key-unreadable'],
    ['.', undefined, 'key-unreadable'],
    ['/dev/null', undefined, 'key-unreadable'],
  ])('%s with the pass phrase %s: %s', async (name, passphrase, code) => {
    const file = name.startsWith('/') ? name : join(directory, name);
    const error = await readKey(file, passphrase).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ModuleBuildError', code, where: { file } });
    expect(String(error)).not.toContain('other words');
  });
});

test.each([
  ['nowhere.pem', 'no such file or directory (signing key)'],
  ['rubbish/key.pem', 'no such file or directory (signing key)'],
  ['.', 'the signing key cannot be read: is a directory (EISDIR)'],
])('a wrong path of a key is told as such: %s', async (name, message) => {
  const file = join(directory, name);
  await expect(readKey(file, undefined)).rejects.toMatchObject({ message, where: { file } });
});

test('wrong paths of a certificate and of a pass phrase are told as such', async () => {
  const file = join(directory, 'nowhere');
  const where = { file };
  const said = (what: string) => ({ message: `no such file or directory (${what})`, where });
  await expect(readCertificate(file)).rejects.toMatchObject(said('certificate'));
  await expect(readAnyCertificate(file)).rejects.toMatchObject(said('certificate'));
  await expect(readPassphrase({ file })).rejects.toMatchObject(said('pass phrase'));
});

test('a pass phrase is the first line of its file', async () => {
  const file = join(directory, 'passphrase');
  await writeFile(file, 'two words \r\nnot this\n');
  expect(await readPassphrase({ file })).toBe('two words ');
  const word = await withEnvironment({ SIGN_KEY_TEST: ' geheim' }, () =>
    readPassphrase({ environment: 'SIGN_KEY_TEST' }),
  );
  expect(word).toBe(' geheim');
  for (const source of [{ file: `${file}.no` }, { environment: 'SIGN_KEY_TEST_NO' }]) {
    await expect(readPassphrase(source)).rejects.toMatchObject({ code: 'passphrase-missing' });
  }
});

test('what is no certificate', async () => {
  for (const name of ['pkcs8.pem', 'rubbish', 'missing']) {
    await expect(readCertificate(join(directory, name))).rejects.toMatchObject({
      code: 'certificate-unreadable',
    });
  }
});
