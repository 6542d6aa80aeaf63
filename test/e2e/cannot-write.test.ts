import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { COMMANDS } from '../support/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { expectFailure } from '../support/expect-failure.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';
import { WITHOUT_PRIVILEGES } from '../support/without-privileges.ts';

describe.each(COMMANDS.slice(1))('where dkms-deb %s cannot write its results', (_, args) => {
  test('if a file has the name of the directory, the status is 1', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const file = join(sandbox.directory, 'file');
    await writeFile(file, 'precious');
    await expectFailure(sandbox, tree, {
      args: args(tree, join(file, 'out')),
      exitStatus: 1,
      says: /cannot write into .*\/file\/out/,
      advises: /-o DIR/,
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('for a directory of mode 0555 the status is 1', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await mkdir(sandbox.out, { mode: 0o555 });
    await expectFailure(sandbox, tree, {
      args: args(tree, sandbox.out),
      options: { under: WITHOUT_PRIVILEGES },
      exitStatus: 1,
      says: /cannot write into .*\/out: permission denied \(EACCES\)/,
      advises: /-o DIR/,
    });
  });
});

test('init in a tree that cannot be written ends with status 1, and does not change the tree', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await chmod(tree, 0o555);
  await expectFailure(sandbox, tree, {
    args: ['init', tree],
    options: { under: WITHOUT_PRIVILEGES },
    exitStatus: 1,
    says: /hello: cannot be written: permission denied \(EACCES\)/,
    advises: /Nothing was changed/,
  });
});

test('bug: a source in an unreadable directory was reported as missing', async ({ sandbox }) => {
  const parent = join(sandbox.directory, 'private');
  await mkdir(parent);
  const tree = await exampleDirectory('hello', parent);
  await chmod(parent, 0o600);
  const [, args] = COMMANDS[2];
  await expectFailure(sandbox, sandbox.out, {
    args: args(tree, sandbox.out),
    options: { under: WITHOUT_PRIVILEGES },
    exitStatus: 1,
    says: /private\/hello: cannot read the path: permission denied \(EACCES\)/,
    advises: /check its permissions/,
  });
});

test('bug: verify named a missing file three times', async ({ sandbox }) => {
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['verify', '--quiet', 'no.deb']);
  expect(stderr).toBe('dkms-deb: error: no.deb: no such file or directory\n');
  expect(exitStatus).toBe(1);
});

test('bug: a home below /proc kept bmdeb busy for ever; its log stayed in TMPDIR', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const [, args] = COMMANDS[2];
  const options = { env: { HOME: '/proc/nohome' }, timeoutSeconds: 120 };
  const [deb] = await dkmsDebLines(sandbox, args(tree, sandbox.out), options);
  expect(deb).toMatch(/\.deb$/);
  expect(await readdir(sandbox.tmp)).toEqual([]);
});
