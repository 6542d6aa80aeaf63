import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { makePair, type Pair } from '../../support/sign-pairs.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
let pair: Pair;
let other: Pair;
/** A package for each installed kernel, by its file name; signed in one go, and not signed. */
let packages: string[] = [];
const at = (...parts: string[]) => join(directory, ...parts);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sign-package-'));
  pair = await makePair(directory, 'a');
  other = await makePair(directory, 'b');
  const tree = await exampleDirectory('hello', directory);
  const kernels = (await installedKernels()).filter((release) => !release.includes('-rt-'));
  const bmdeb = ['bmdeb', '-q', ...kernels.flatMap((release) => ['-k', release]), tree];
  await callInProcess(...bmdeb, '-o', at('unsigned'));
  await callInProcess(...bmdeb, '-o', at('signed'), ...withKey());
  packages = await readdir(at('unsigned'));
  expect(packages.length).toBe(kernels.length);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const withKey = () => ['--sign-key', pair.key, '--sign-cert', pair.certificate];

async function expectSignedInOneGo(output: string): Promise<void> {
  for (const name of packages) {
    const ours = await readFile(join(output, name));
    expect(ours.equals(await readFile(at('signed', name))), name).toBe(true);
  }
}

describe('a package that was built without signatures', () => {
  const unsigned = () => packages.map((name) => at('unsigned', name));

  test('is signed later, with the same bytes as one that was signed when it was built', async () => {
    const done = await callInProcess(
      'bmdeb-sign',
      '-q',
      ...unsigned(),
      '-o',
      at('later'),
      ...withKey(),
    );
    expect(done).toMatchObject({ status: 0, stderr: '' });
    await expectSignedInOneGo(at('later'));
  });

  test('is signed on a machine that has only openssl and the key', async () => {
    await mkdir(at('elsewhere'));
    for (const name of packages) {
      const todo = at('todo', name);
      const asked = await callInProcess(
        'bmdeb-sign',
        '-q',
        at('unsigned', name),
        '--request',
        todo,
      );
      expect(asked.status).toBe(0);
      const request = JSON.parse(await readFile(join(todo, 'request.json'), 'utf8'));
      expect(request).toMatchObject({ deb: name, files: [{ sig_type: 'linux-module' }] });
      for (const { sha256, hash } of request.files) {
        const file = join(todo, sha256);
        const args = ['cms', '-sign', '-binary', '-noattr', '-nosmimecap', '-nocerts', '-md', hash];
        args.push('-in', `${file}.ko`, '-signer', pair.certificate, '-inkey', pair.key);
        await run('openssl', [...args, '-outform', 'DER', '-out', `${file}.p7s`]);
      }
      const deb = at('unsigned', name);
      const put = await callInProcess(
        'bmdeb-sign',
        '-q',
        deb,
        '--signatures',
        todo,
        '-o',
        at('elsewhere'),
      );
      expect(put.status).toBe(0);
      const by = (certificate: string) => ['--sign-cert', certificate, '-o', at('checked')];
      const check = ['bmdeb-sign', '-q', deb, '--signatures', todo];
      expect((await callInProcess(...check, ...by(pair.certificate))).status).toBe(0);
      const wrong = await callInProcess(...check, ...by(other.certificate));
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toContain(
        'the file has no valid signature of O=dkms-deb tests, CN=b signer',
      );
    }
    await expectSignedInOneGo(at('elsewhere'));
  });

  test('without the signatures is an error, and no package is written', async () => {
    const [deb = ''] = unsigned();
    const none = await callInProcess(
      'bmdeb-sign',
      '-q',
      deb,
      '--signatures',
      directory,
      '-o',
      at('none'),
    );
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('no signature found for');
    expect(await readdir(at('none'))).toEqual([]);
  });
});

describe('all packages that bmdeb wrote, also those without modules', () => {
  const all = async () => (await readdir(at('whole'))).map((name) => at('whole', name));
  const bare = async () => (await all()).filter((file) => !packages.includes(basename(file)));
  beforeAll(async () => {
    const kernels = packages.flatMap((name) => ['-k', name.replace(/^hello-modules-|_.*/g, '')]);
    const more = ['--dbgsym', '--meta', 'loose', '-o', at('whole')];
    const built = await callInProcess('bmdeb', '-q', ...kernels, join(directory, 'hello'), ...more);
    expect(built.status, built.stderr).toBe(0);
    // A -dbgsym for each; kernels of one flavour have one metapackage.
    expect((await bare()).length).toBeGreaterThan(packages.length);
  });

  // Bug: a -dbgsym package among them was an error.
  test('the packages without modules are skipped, the others signed', async () => {
    const done = await callInProcess(
      'bmdeb-sign',
      ...(await all()),
      '-o',
      at('of-all'),
      ...withKey(),
    );
    expect(done.status, done.stderr).toBe(0);
    for (const file of await bare()) {
      expect(done.stderr).toContain(`Skipped ${file}: it has no modules.\n`);
    }
    expect((await readdir(at('of-all'))).sort()).toEqual([...packages].sort());
    await expectSignedInOneGo(at('of-all'));
  });

  test('they do not split one request of signatures', async () => {
    const [name = ''] = packages;
    const files = [at('whole', name), ...(await bare())];
    const args = ['-q', '--json', '--request', at('one-request'), ...files];
    const { status, stdout, stderr } = await callInProcess('bmdeb-sign', ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout).passedOver).toEqual(await bare());
    expect(await readdir(at('one-request'))).toContain('request.json');
  });

  test('if no package has modules, it is an error, and nothing is written', async () => {
    for (const files of [(await bare()).slice(0, 1), await bare()]) {
      const args = ['--json', ...files, '-o', at('no-output'), ...withKey()];
      const { status, stdout } = await callInProcess('bmdeb-sign', ...args);
      expect({ status, code: JSON.parse(stdout).error.code }).toEqual({
        status: 1,
        code: 'no-modules',
      });
    }
    expect(await readdir(directory)).not.toContain('no-output');
  });
});

test.each([
  [[]],
  [['--request', 'x', '--signatures', 'y']],
  [['--request', 'x', '--sign-cert', 'y']],
  [['--signatures', 'x', '--sign-hash', 'sha256']],
  [['--sign-key', 'x']],
])('options that exclude each other: %s', async (options) => {
  expect((await callInProcess('bmdeb-sign', '-q', 'x.deb', ...options)).status).toBe(2);
});

test('a package that another key has signed gets the new signature alone', async () => {
  const [name = ''] = packages;
  const key = ['--sign-key', other.key, '--sign-cert', other.certificate];
  await callInProcess('bmdeb-sign', '-q', at('unsigned', name), '-o', at('first'), ...key);
  await callInProcess('bmdeb-sign', '-q', at('first', name), '-o', at('second'), ...withKey());
  const second = await readFile(at('second', name));
  expect(second.equals(await readFile(at('signed', name)))).toBe(true);
});

describe('verify --certificate', () => {
  const verify = (certificate: string, ...debs: string[]) =>
    callInProcess('verify', '--json', '--certificate', certificate, ...debs);

  test('accepts the right certificate, and each of two keys', async () => {
    const debs = packages.map((name) => at('signed', name));
    expect((await verify(pair.certificate, ...debs)).status).toBe(0);
    const [name = ''] = packages;
    const keys = [...withKey(), '--sign-key', other.key, '--sign-cert', other.certificate];
    await callInProcess('bmdeb-sign', '-q', at('unsigned', name), '-o', at('two'), ...keys);
    for (const { certificate } of [pair, other]) {
      expect((await verify(certificate, at('two', name))).status).toBe(0);
    }
  });

  test.each([
    ['other-signer', () => other.certificate, 'signed'],
    ['unsigned', () => pair.certificate, 'unsigned'],
  ])('%s is an error', async (code, certificate, place) => {
    const found = await verify(certificate(), at(place, packages[0] ?? ''));
    expect(found.status).toBe(1);
    expect(found.stdout).toContain(`"code": "${code}"`);
  });
});
