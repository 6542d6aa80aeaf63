import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { debField } from '../support/deb-payload.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDeb, sharingTest as test } from '../support/sandbox.ts';
import { makePair, signingOptions } from '../support/sign-pairs.ts';

const [kernel = ''] = await installedKernels();

test('--maintainer, --revision and --meta apply to every package of a run', async ({ sandbox }) => {
  const tree = await driverTree('hello', sandbox.directory);
  const args = ['bmdeb', '--json', '-k', kernel, '-o', sandbox.out, tree];
  const choices = ['--maintainer', 'Jané Doe <jane@example.org>', '--revision', '0local2'];
  const more = ['--meta', 'loose', '--flavour', 'mine', '--dbgsym', '--dkms-relation', 'provides'];
  const { stdout, exitStatus } = await dkmsDeb(sandbox, [...args, ...choices, ...more]);
  expect(exitStatus).toBe(0);
  const { kernels, metas } = JSON.parse(stdout) as {
    kernels: { file: string; dbgsym: string }[];
    metas: { file: string }[];
  };
  const meta = metas[0]?.file ?? '';
  expect(basename(meta)).toMatch(/^hello-modules-mine_1\.0-0local2\+/);
  const version = await debField(kernels[0]?.file ?? '', 'Version');
  for (const file of [kernels[0]?.file ?? '', kernels[0]?.dbgsym ?? '', meta]) {
    expect(await debField(file, 'Maintainer')).toBe('Jané Doe <jane@example.org>');
    expect(await debField(file, 'Version')).toBe(version);
    expect(await debField(file, 'Source')).toBe('hello (1.0-0local2)');
  }
  expect(await debField(kernels[0]?.file ?? '', 'Provides')).toBe(
    'hello-modules (= 1.0-0local2), hello-dkms (= 1.0-0local2)',
  );
  const depends = `hello-modules-${kernel} (= ${version})`;
  expect(await debField(meta, 'Depends')).toBe(depends);
});

test.for([
  [['--maintainer', 'Jane'], 'is not a name with a mail address'],
  [['--maintainer', 'Jane <j@x.org>\nDepends: evil'], 'is not a name with a mail address'],
  [['--maintainer', 'A\nB <j@x.org>'], 'is not a name with a mail address'],
  [['--revision', ''], 'is not a Debian revision'],
  [['--revision', '1-2'], 'is not a Debian revision'],
  [['--revision', '1\nX: y'], 'is not a Debian revision'],
  [['--revision', '../../x'], 'is not a Debian revision'],
  [['--meta', 'tight'], 'lockstep, loose or fallback'],
  [['--flavour', 'amd64'], '--flavour needs --meta'],
  [['--meta', 'loose', '--flavour', 'AMD 64'], 'is not a flavour'],
] as const)('%j is wrong usage, and nothing is written', async ([words, message], { sandbox }) => {
  const tree = await driverTree('hello', sandbox.directory);
  const args = ['bmdeb', '-k', kernel, '-o', sandbox.out, ...words, tree];
  const { exitStatus, stdout, output } = await dkmsDeb(sandbox, args);
  expect({ exitStatus, stdout }).toEqual({ exitStatus: 2, stdout: '' });
  expect(output).toContain(message);
});

test('bmdeb sign is bmdeb-sign; --unsigned cannot be combined with a key', async ({ sandbox }) => {
  const tree = await driverTree('hello', sandbox.directory);
  const signing = signingOptions(await makePair(sandbox.directory, 'test'));
  const bmdeb = ['bmdeb', '-k', kernel, '--unsigned', '-o', sandbox.out];
  const both = await dkmsDeb(sandbox, [...bmdeb, ...signing, tree]);
  expect(both).toMatchObject({ exitStatus: 2, stdout: '' });
  const unsigned = (await dkmsDeb(sandbox, [...bmdeb, tree])).stdout.trim();
  const signed = join(sandbox.directory, 'signed');
  const args = ['bmdeb', 'sign', '-o', signed, ...signing, unsigned];
  const { exitStatus, stdout } = await dkmsDeb(sandbox, args);
  expect({ exitStatus, stdout }).toEqual({
    exitStatus: 0,
    stdout: `${join(signed, basename(unsigned))}\n`,
  });
  const built = await dkmsDeb(sandbox, [
    'bmdeb',
    '-k',
    kernel,
    '-o',
    sandbox.out,
    ...signing,
    tree,
  ]);
  await run('cmp', [built.stdout.trim(), stdout.trim()]);
  // A directory of that name is a driver as any other.
  await rename(tree, join(sandbox.directory, 'sign'));
  const named = await dkmsDeb(sandbox, ['bmdeb', 'sign', '-k', kernel, '-o', sandbox.out]);
  expect(named).toMatchObject({ exitStatus: 0, stdout: `${unsigned}\n` });
});

test('one message says that the maintainer is unknown; with --maintainer all users get the same bytes', async ({
  sandbox,
}) => {
  const tree = await driverTree('hello', sandbox.directory);
  const nobody = { DEBFULLNAME: '', DEBEMAIL: '' };
  const unknown = await dkmsDeb(sandbox, ['bmdeb', '--all', '--dry-run', tree], { env: nobody });
  expect(unknown.exitStatus, unknown.output).toBe(0);
  expect(unknown.stderr.match(/no maintainer is known/g)).toHaveLength(1);
  expect(unknown.stderr).toMatch(/--maintainer 'Jane Doe.*DEBFULLNAME=.*DEBEMAIL=/);

  const users = [nobody, {}, { DEBFULLNAME: 'Max Mustermann', DEBEMAIL: 'max@example.org' }];
  const written: string[] = [];
  for (const [index, env] of users.entries()) {
    const out = join(sandbox.directory, `of-${index}`);
    const choices = ['-k', kernel, '--maintainer', 'Jane Doe <jane@example.org>', '-o', out, tree];
    const { stdout, stderr } = await dkmsDeb(sandbox, ['bmdeb', ...choices], { env });
    expect(stderr).not.toContain('no maintainer is known');
    written.push(stdout.trim());
  }
  const [first = '', ...others] = written;
  for (const other of others) await run('cmp', [first, other]);
});
