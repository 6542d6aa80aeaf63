import { appendFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import { call, dkmsDeb, dkmsDebLines, sharingTest as test } from '../support/sandbox.ts';

const [release = ''] = await installedKernels();

test('bug: packages of modules of two commits had the same version; --snapshot and --suffix make them different', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const git = async (...args: string[]) => {
    const all = ['-c', 'user.name=e', '-c', 'user.email=e@example.org', ...args];
    const { exitStatus, stdout } = await call(sandbox, 'git', all, { cwd: tree });
    expect(exitStatus).toBe(0);
    return stdout.trim();
  };
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-qm', 'one');
  const bmdeb = (...args: string[]) =>
    dkmsDeb(sandbox, ['bmdeb', '-k', release, '-o', sandbox.out, ...args, tree]);
  const field = async (deb: string, name: string) =>
    (await run('dpkg-deb', ['-f', deb, name])).stdout.trim();

  const first = (await bmdeb('--snapshot')).stdout.trim();
  const hash = (await git('rev-parse', 'HEAD')).slice(0, 7);
  expect(basename(first)).toMatch(new RegExp(`_1\\.0\\+git\\d{8}\\.${hash}\\+`));
  const version = /_(1\.0\+git\d{8}\.[0-9a-f]{7})/.exec(first)?.[1];
  expect(await field(first, 'Provides')).toContain(`(= ${version})`);

  // build gives its package the same version; info tells it.
  const [deb = ''] = await dkmsDebLines(sandbox, ['build', '--snapshot', '-o', sandbox.out, tree]);
  expect(await field(deb, 'Version')).toBe(version);
  const told = await dkmsDeb(sandbox, ['info', '--snapshot', '-k', release, tree]);
  expect(told.stdout).toContain(version);

  await appendFile(join(tree, 'hello.c'), '/* more */\n');
  const refused = await bmdeb('--snapshot');
  expect(refused.exitStatus).toBe(1);
  expect(refused.stderr).toContain('hello.c');
  await git('commit', '-qam', 'two');
  const second = (await bmdeb('--snapshot', '--suffix', '~ci3')).stdout.trim();
  expect(basename(second)).not.toBe(basename(first));
  expect(await field(second, 'Version')).toMatch(/^1\.0\+git\d{8}\.[0-9a-f]{7}~ci3\+/);
  expect((await dkmsDeb(sandbox, ['verify', first, second])).exitStatus).toBe(0);
  expect((await bmdeb('--suffix', '3')).exitStatus).toBe(2);
  expect((await dkmsDeb(sandbox, ['bmdeb', '--snapshot', '-k', release, deb])).exitStatus).toBe(2);
});
