import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { queryRpm } from '../../support/built-rpm.ts';
import { exampleDirectory } from '../../support/example.ts';
import { withKeyring } from '../../support/gpg-keys.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';

test('--snapshot names the commit, and DKMS keeps its version', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.org', ...args], {
      cwd: tree,
      env: { GIT_COMMITTER_DATE: '1790000000 +0000', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'All');
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const [file = ''] = await dkmsDebLines(sandbox, [
    'rpm',
    '-q',
    '--snapshot',
    '-o',
    sandbox.out,
    tree,
  ]);
  expect(file).toMatch(/hello-dkms-1\.0\+git20260921\.[0-9a-f]{7}-1\.noarch\.rpm$/);
  expect(await queryRpm(file, '[%{FILENAMES}\n]')).toContain('/usr/src/hello-1.0/dkms.conf');
  // A file of the user beside the spec: the edited spec is packaging all the same.
  await writeFile(join(tree, 'rpm/own.patch'), '');
  await git('add', 'rpm/own.patch');
  await git('commit', '-q', '-m', 'Own');
  await appendFile(join(tree, 'rpm/hello-dkms.spec'), '# edited\n');
  await dkmsDebLines(sandbox, ['rpm', '-q', '--snapshot', '-o', sandbox.out, tree]);
  await writeFile(join(tree, 'hello.c'), '/* changed */\n');
  const refused = await dkmsDeb(sandbox, ['rpm', '--snapshot', '-o', sandbox.out, tree]);
  expect(refused.exitStatus).toBe(1);
  expect(refused.stderr).toContain('the tree differs from its commit');
});

test('--sign signs both packages; an unsigned one and an absent key are refused', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await withKeyring(join(sandbox.directory, 'keys'), async ({ home, makeKey, gpg }) => {
    const key = await makeKey('packager', 'rsa3072');
    const env = { GNUPGHOME: home };
    const build = (...args: string[]) =>
      dkmsDeb(sandbox, ['rpm', '-F', '-o', sandbox.out, ...args, tree], { env });
    const signed = await build(`--sign=${key}`);
    expect(signed.exitStatus, signed.output).toBe(0);
    const database = join(sandbox.directory, 'database');
    const exported = join(sandbox.directory, 'key.asc');
    await writeFile(exported, await gpg('--armor', '--export', key));
    await run('rpmkeys', ['--dbpath', database, '--import', exported]);
    for (const file of signed.stdout.trim().split('\n')) {
      const { stdout } = await run('rpmkeys', ['--dbpath', database, '-Kv', file]);
      expect(stdout).toMatch(/Header V4 RSA\/SHA\d+ Signature, key ID \w+: OK/);
    }
    const plain = await dkmsDeb(sandbox, ['rpm', '-o', join(sandbox.directory, 'plain'), tree]);
    const demand = ['--dbpath', database, '--define', '_pkgverify_level signature', '-K'];
    const refused = await run('rpmkeys', [...demand, plain.stdout.trim()], { accept: [0, 1] });
    expect(refused.exitStatus, refused.output).toBe(1);
    const before = await readdir(sandbox.out);
    const absent = await build('--sign=nobody@example.org');
    expect(absent.exitStatus).toBe(1);
    expect(absent.stderr).toContain('rpmsign cannot sign hello-dkms-1.0-1.src.rpm');
    expect(await readdir(sandbox.out)).toEqual(before);
    const injected = await build('--sign=%(touch pwned)');
    expect(injected.exitStatus).toBe(2);
  });
});
