import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { loadDeclarations } from '../../src/commands/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import { call, dkmsDebLines, type Sandbox, sharingTest as test } from '../support/sandbox.ts';
import { makePair, signingOptions } from '../support/sign-pairs.ts';
import { snapshot } from '../support/snapshot.ts';

// The newest, which compresses its modules.
const release = (await installedKernels()).at(-1) ?? '';

/** The time that a build took, and what is only known when it has run: the key contains symbols of other drivers. */
const UNKNOWN = new Set(['seconds', 'buildKey', 'buildInputs']);

/** Without what a dry run cannot know. */
async function documentOf(sandbox: Sandbox, args: readonly string[]): Promise<unknown> {
  const text = (await dkmsDebLines(sandbox, [...args, '--json'])).join('\n');
  return JSON.parse(text, (name, value) => (UNKNOWN.has(name) ? undefined : value));
}

test('every command that writes has --dry-run', async () => {
  const without = (await loadDeclarations()).filter(
    ({ options }) => !Object.hasOwn(options, 'dry-run'),
  );
  expect(without.map(({ name }) => name).sort()).toEqual([
    ...['completion', 'config', 'doctor', 'help', 'info', 'lsp', 'status', 'verify', 'version'],
  ]);
});

test('bmdeb and bmdeb-sign --dry-run name the files that they would write, and write nothing', async ({
  sandbox,
}) => {
  const { directory, out } = sandbox;
  const tree = await exampleDirectory('duo', directory);
  const build = ['bmdeb', '-k', release, '--dbgsym', '--meta', 'loose', '-o', out, tree];
  const before = await snapshot(tree);
  const expected = await dkmsDebLines(sandbox, [...build, '--dry-run']);
  expect(await snapshot(out)).toBeUndefined();
  expect(await snapshot(tree)).toEqual(before);
  const foreseen = await documentOf(sandbox, [...build, '--dry-run']);
  const written = await dkmsDebLines(sandbox, build);
  expect(expected).toEqual(written);
  expect(foreseen).toEqual(await documentOf(sandbox, build));
  expect(written).toHaveLength(3);

  const [file = ''] = written;
  const signing = signingOptions(await makePair(directory, 'test'));
  const signed = join(directory, 'signed');
  const ways = [
    [...signing, '-o', signed],
    ['--request', join(directory, 'todo')],
  ];
  for (const way of ways) {
    const named = await dkmsDebLines(sandbox, ['bmdeb-sign', file, ...way, '--dry-run']);
    expect(await readdir(directory)).not.toContain(way.includes('--request') ? 'todo' : 'signed');
    expect(await dkmsDebLines(sandbox, ['bmdeb-sign', file, ...way])).toEqual(named);
  }
});

test('rpm --dry-run names the files that rpm would write, and writes nothing', async ({
  sandbox,
}) => {
  const { directory, out } = sandbox;
  const tree = await exampleDirectory('hello', directory);
  const build = ['rpm', '-F', '-o', out, tree];
  const expected = await dkmsDebLines(sandbox, [...build, '--dry-run']);
  expect(await snapshot(out)).toBeUndefined();
  expect(await dkmsDebLines(sandbox, build)).toEqual(expected);
  expect(expected).toHaveLength(2);
});

test('bug: a kernel that was named with and without its architecture was built twice', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const wanted = ['-k', release, '-k', `${release}/x86_64`, '-k', '9.9*'];
  const args = ['bmdeb', '--dry-run', '--json', '--meta', 'loose', ...wanted, tree];
  const result = await call(sandbox, 'dkms-deb', args);
  expect(result.exitStatus, result.output).toBe(21);
  const { kernels, metas } = JSON.parse(result.stdout);
  expect(kernels).toMatchObject([
    { release, status: 'built' },
    { release: '9.9*', status: 'failed', error: { code: 'no-kernel-matches' } },
  ]);
  expect(metas).toHaveLength(1);
});

test('bmdeb --dry-run of an excluded kernel has status 77', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await call(sandbox, 'sh', ['-c', `echo 'BUILD_EXCLUSIVE_ARCH="^mips$"' >> ${tree}/dkms.conf`]);
  const result = await call(sandbox, 'dkms-deb', ['bmdeb', '-k', release, '--dry-run', tree]);
  expect(result).toMatchObject({ exitStatus: 77, stdout: '' });
});
