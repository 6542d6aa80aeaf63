import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { makePair, type Pair } from '../../support/sign-pairs.ts';
import { writeSmallPackage } from '../../support/small-package.ts';
import { callInProcess } from '../../support/verify-command.ts';
import { INFO, small } from '../../support/verify-fixture.ts';

let directory = '';
let pair: Pair;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bmdeb-sign-'));
  pair = await makePair(directory, 'a');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Makes a package with a module for a kernel that is not installed. `hash`: the one in its build record. */
function packageOf(name: string, hash?: string): Promise<string> {
  const release = `9.9.9-${name}`;
  const module = small({ info: { ...INFO, name, vermagic: `${release} ` } });
  const record = JSON.stringify({ kernel: { release, signatureHash: hash }, modules: [] });
  return writeSmallPackage(directory, {
    name,
    files: {
      [`lib/modules/${release}/updates/${name}.ko`]: module,
      ...(hash && { [`usr/share/${name}/build.json`]: record }),
    },
  });
}

/** Signs with openssl only, as on another machine. */
async function answer(todo: string, hash?: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(todo, 'request.json'), 'utf8'));
  for (const file of files) {
    const at = join(todo, file.sha256);
    const args = ['cms', '-sign', '-binary', '-noattr', '-nosmimecap', '-nocerts'];
    args.push('-md', hash ?? file.hash, '-in', `${at}.ko`, '-outform', 'DER', '-out', `${at}.p7s`);
    await run('openssl', [...args, '-signer', pair.certificate, '-inkey', pair.key]);
  }
}

const withKey = () => ['--sign-key', pair.key, '--sign-cert', pair.certificate];

// Bug: the request made a directory for each package, but the signatures were read from its parent.
test('signatures for a request of several packages are found in the directory of the request', async () => {
  const files = [await packageOf('one', 'sha512'), await packageOf('two', 'sha256')];
  const todo = join(directory, 'todo');
  expect((await callInProcess('bmdeb-sign', '-q', ...files, '--request', todo)).status).toBe(0);
  for (const name of ['one', 'two']) await answer(join(todo, name));
  const cert = ['--sign-cert', pair.certificate];
  const output = join(directory, 'answered');
  const done = await callInProcess(
    'bmdeb-sign',
    ...files,
    '--signatures',
    todo,
    ...cert,
    '-o',
    output,
  );
  expect({ status: done.status, warned: /warning/.test(done.stderr) }, done.stderr).toEqual({
    status: 0,
    warned: false,
  });
  expect(await readdir(output)).toEqual(['one.deb', 'two.deb']);
  // Each directory may also be named separately.
  const alone = ['--signatures', join(todo, 'one'), ...cert, '-o', join(directory, 'alone')];
  expect((await callInProcess('bmdeb-sign', '-q', files[0] ?? '', ...alone)).status).toBe(0);
});

// Bug: both were accepted silently.
test('a signature with another hash is refused, and without a certificate nothing is verified', async () => {
  const file = await packageOf('hash', 'sha512');
  const todo = join(directory, 'hash-todo');
  await callInProcess('bmdeb-sign', '-q', file, '--request', todo);
  const sign = (...more: string[]) =>
    callInProcess(
      'bmdeb-sign',
      file,
      '--signatures',
      todo,
      '-o',
      join(directory, 'hash-out'),
      ...more,
    );
  await answer(todo, 'sha256');
  const wrong = await sign();
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain('has the hash sha256, but request.json asks for sha512');
  expect(await readdir(join(directory, 'hash-out'))).toEqual([]);
  await answer(todo);
  const unverified = await sign();
  expect(unverified.status).toBe(0);
  expect(unverified.stderr).toContain('the signatures are not verified');
});

// Bug: an unknown hash stopped the run, and the kernel's headers had to be installed on the machine with the key.
test('the hash is that of the build record, and a package without one fails alone', async () => {
  const files = [await packageOf('none'), await packageOf('known', 'sha384')];
  const output = join(directory, 'signed');
  const done = await callInProcess('bmdeb-sign', '--json', ...files, '-o', output, ...withKey());
  expect(done.status).toBe(1);
  expect(done.stderr).toContain('none.deb: the hash for modules of 9.9.9-none is unknown');
  expect(done.stderr).toContain('--sign-hash');
  expect(await readdir(output)).toEqual(['known.deb']);
  const { packages, failed } = JSON.parse(done.stdout);
  expect(packages).toMatchObject([{ modules: [{ signers: [{ hash: 'sha384' }] }] }]);
  expect(failed).toMatchObject([{ file: files[0], error: { code: 'hash-unknown' } }]);

  const todo = join(directory, 'some-todo');
  const asked = await callInProcess('bmdeb-sign', '-q', '--json', ...files, '--request', todo);
  expect(asked.status).toBe(1);
  expect(JSON.parse(asked.stdout).requests).toMatchObject([{ deb: 'known.deb' }]);
  expect((await readdir(todo)).map((name) => basename(name))).toEqual(['known']);
  const given = ['--sign-hash', 'sha256', '-q', '-o', join(directory, 'given')];
  expect((await callInProcess('bmdeb-sign', ...files, ...given, ...withKey())).status).toBe(0);
});

test('a wrong key stops the run', async () => {
  const files = [await packageOf('a1', 'sha256'), await packageOf('a2', 'sha256')];
  const count = join(directory, 'count');
  const output = ['-o', join(directory, 'stopped')];
  const command = ['--sign-command', `sh -c echo>>${count};exit\${IFS}1`];
  const done = await callInProcess('bmdeb-sign', '--json', ...files, ...output, ...command);
  expect(done.status).toBe(1);
  expect(JSON.parse(done.stdout).error.code).toBe('sign-command-failed');
  expect(await readFile(count, 'utf8')).toBe('\n');
});
