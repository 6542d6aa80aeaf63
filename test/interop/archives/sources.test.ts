import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sha256 } from '../../../src/system/files/sha256.ts';
import { armouredKey, deb822Source } from '../../support/apt-archive.ts';
import { type Archives, archiveTest as test } from '../../support/kernel-archive.ts';

/** A kernel for two architectures in a suite, and a newer one in its security suite. */
async function twoSuites(archives: Archives): Promise<string> {
  const kernel = (release: string, version: string, architecture: string) => `
linux-headers-${release}-${architecture} ${version} ${architecture} :: linux-headers-${release}-common (= ${version}), linux-kbuild-${release}, gcc-12
linux-kbuild-${release} ${version} ${architecture} :: libc6 (>= 2.34)`;
  const suite = (release: string, version: string) => `
linux-headers-${release}-common ${version} all${kernel(release, version, 'amd64')}${kernel(release, version, 'arm64')}
linux-headers-amd64 ${version} amd64 :: linux-headers-${release}-amd64 (= ${version})`;
  const architectures = ['amd64', 'arm64'];
  return archives.write('Family', [
    { codename: 'bookworm', architectures, packages: suite('6.1.0-1', '6.1.1-1') },
    { codename: 'bookworm-security', architectures, packages: suite('6.1.0-2', '6.1.9-1') },
  ]);
}

test('a .sources and a .list file give the same kernels; each tells the lists that it was in', async ({
  archives,
}) => {
  const archive = await twoSuites(archives);
  const uri = `file:${archive}`;
  const suites = ['bookworm', 'bookworm-security'];
  const deb822 = await archives.sources('own.sources', uri, suites);
  const list = await archives.sources('own.list', uri, suites);
  const kernels = await archives.kernels(['--sources', deb822]);
  expect(await archives.kernels(['--sources', list])).toEqual(kernels);
  const hash = async (suite: string) =>
    sha256(await readFile(join(archive, 'dists', suite, 'InRelease')));
  expect(kernels).toMatchObject([
    {
      release: '6.1.0-2-amd64',
      compiler: 'gcc-12',
      flavour: 'amd64',
      codename: 'bookworm',
      suites: ['bookworm-security'],
      lists: [{ suite: 'bookworm-security', inReleaseSha256: await hash('bookworm-security') }],
      stored: false,
    },
    {
      release: '6.1.0-1-amd64',
      suites: ['bookworm'],
      lists: [{ suite: 'bookworm', inReleaseSha256: await hash('bookworm') }],
    },
  ]);
  const [{ packages = [], size = 0 } = {}] = kernels;
  expect(packages.map(({ name }) => name).sort()).toEqual([
    'linux-headers-6.1.0-2-amd64',
    'linux-headers-6.1.0-2-common',
    'linux-kbuild-6.1.0-2',
  ]);
  expect(size).toBe(packages.reduce((sum, one) => sum + one.size, 0));
});

test('the key may stand in the .sources file itself', async ({ archives }) => {
  const archive = await twoSuites(archives);
  const armour = await armouredKey(archives.key);
  const lines = armour.trim().split('\n');
  const signedBy = `\n${lines.map((line) => ` ${line.trim() || '.'}`).join('\n')}`;
  const text = deb822Source({ uri: `file:${archive}`, suites: ['bookworm'], signedBy });
  const file = await archives.file('inside.sources', text);
  expect(await archives.kernels(['--sources', file])).toHaveLength(1);
});

test('architectures, flavours, patterns, the latest', async ({ archives }) => {
  const archive = await twoSuites(archives);
  const suites = ['bookworm', 'bookworm-security'];
  const file = await archives.sources('own.sources', `file:${archive}`, suites);
  const releases = async (...args: string[]) =>
    (await archives.kernels(['--sources', file, ...args])).map(({ release }) => release);
  expect(await releases('--arch', 'arm64')).toEqual(['6.1.0-2-arm64', '6.1.0-1-arm64']);
  expect(await releases('--arch', 'arm64', '--arch', 'amd64', '--latest', '1')).toEqual([
    '6.1.0-2-amd64',
    '6.1.0-2-arm64',
  ]);
  expect(await releases('6.1.0-1-*')).toEqual(['6.1.0-1-amd64']);
  const { exitStatus, stderr } = await archives.dkmsDeb([
    ...['kernels', '--sources', file, '--flavour', 'rt'],
  ]);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain('amd64 (amd64)');
});

test('a kernel that its archive has dropped stays in the index, with the day when it was last seen', async ({
  archives,
}) => {
  const archive = await twoSuites(archives);
  const file = await archives.sources('own.sources', `file:${archive}`, ['bookworm']);
  const [before] = await archives.kernels(['--sources', file]);
  await archives.write('Family', [
    { codename: 'bookworm', packages: 'linux-headers-6.1.0-9-amd64 6.1.20-1 amd64 :: gcc-12' },
  ]);
  const after = await archives.kernels(['--sources', file, '--refresh']);
  expect(after.map(({ release }) => release)).toEqual(['6.1.0-9-amd64']);
  const lines = (
    await readFile(join(archives.directory, 'store/index/bookworm/amd64.jsonl'), 'utf8')
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { release: string; lastSeen: string; lists: unknown });
  expect(lines.map(({ release }) => release).sort()).toEqual(['6.1.0-1-amd64', '6.1.0-9-amd64']);
  expect(lines.find(({ release }) => release === '6.1.0-1-amd64')?.lists).toEqual(before?.lists);
  expect(lines[0]?.lastSeen).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('offline there are only kernels whose packages are in the store', async ({ archives }) => {
  const archive = await twoSuites(archives);
  const file = await archives.sources('own.sources', `file:${archive}`, ['bookworm']);
  await archives.kernels(['--sources', file]);
  await rm(archive, { recursive: true });
  const { exitStatus, stderr } = await archives.dkmsDeb(['kernels', '--offline']);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain('the store has no headers of kernels');
});
