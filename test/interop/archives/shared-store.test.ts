import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openStore, storedKernels } from '../../../src/archives/store/header-store.ts';
import { run } from '../../../src/system/process/run.ts';
import { wholeHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  compilerPackages,
  dryRun,
  TWO_RELEASES,
  archiveTest as test,
  twoKernels,
} from '../../support/kernel-archive.ts';

const [FIRST, SECOND] = TWO_RELEASES;
const BOTH = { [FIRST]: 'built', [SECOND]: 'built' };

/** Words before a command that give it its own mounts; without root in a namespace where it is root. */
const OWN_MOUNTS = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  '--mount',
  '--',
];

/** Words before a command that run it with a tmpfs of `size` at $0, and then list what is in it in FILE. */
function onSmallDisk(size: string, directory: string, listing: string): string[] {
  const script = `mount -t tmpfs -o size=${size} none "$0" || exit 99; "$@"; s=$?; find "$0" >"${listing}"; exit $s`;
  return [...OWN_MOUNTS, 'sh', '-c', script, directory];
}

async function sourceOfTwo(archives: Archives): Promise<string> {
  return archives.sources('two.sources', `file:${await twoKernels(archives)}`, ['two']);
}

test('two runs at once can use one store: both build, and the index has the kernels of both', async ({
  archives,
}) => {
  const source = await sourceOfTwo(archives);
  // The same codename and architecture, so that both write one file of the index.
  const other = await archives.write('Other', [
    { codename: 'two', packages: 'linux-headers-6.9.2-third 6.9.2-1 amd64 :: gcc-12' },
  ]);
  const third = await archives.sources('other.sources', `file:${other}`, ['two']);
  const runs = await Promise.all([
    dryRun(archives, ['--sources', source, '--all']),
    dryRun(archives, ['--sources', source, '--all']),
    archives.kernels(['--sources', third]),
    archives.kernels(['--sources', third]),
  ]);
  expect([runs[0].kernels, runs[1].kernels]).toEqual([BOTH, BOTH]);
  const stored = await storedKernels(openStore(archives.store));
  expect(stored.map(({ release }) => release).sort()).toEqual([FIRST, SECOND, '6.9.2-third']);
  for (const place of ['by-sha256', 'unpacked', 'tree']) {
    const names = await readdir(join(archives.store, place), { recursive: place === 'by-sha256' });
    expect(names.filter((name) => name.startsWith('.') || /\.new-|\.tmp$/.test(name))).toEqual([]);
  }
});

test.for([
  ['no room for the index', '1m,nr_inodes=2', /no space left on device/],
  ['no room for a package', '1m', /not-fetched: cannot fetch linux-headers-6\.9\.0-first/],
  ['no room to unpack it', '7m', /disk-full: no space left on device/],
] as const)('a full disk: %s', async ([, size, said], { archives }) => {
  const source = await sourceOfTwo(archives);
  await mkdir(archives.store);
  const listing = join(archives.directory, 'listing');
  const under = onSmallDisk(size, archives.store, listing);
  const { kernels, stderr, exitStatus } = await dryRun(
    archives,
    ['--sources', source, '-k', FIRST],
    { under },
  );
  expect(exitStatus, stderr).not.toBe(0);
  expect(exitStatus, stderr).not.toBe(99);
  expect(kernels[FIRST] ?? stderr).toMatch(said);
  expect(stderr).toContain('--store DIR');
  // What is there is whole.
  const files = (await readFile(listing, 'utf8')).split('\n');
  expect(files.filter((name) => /\.new-|\.tmp$/.test(name))).toEqual([]);
});

test('without hard links between the parts of a store, and to TMPDIR, files are copied', async ({
  archives,
}) => {
  const source = await sourceOfTwo(archives);
  for (const place of ['unpacked', 'tree']) {
    await mkdir(join(archives.store, place), { recursive: true });
  }
  const script =
    'for d in "$0/unpacked" "$0/tree" "$TMPDIR"; do mount -t tmpfs none "$d" || exit 99; done; "$@"';
  const under = [...OWN_MOUNTS, 'sh', '-c', script, archives.store];
  const { kernels, stderr } = await dryRun(archives, ['--sources', source, '--all'], { under });
  expect(kernels, stderr).toEqual(BOTH);
  expect(stderr).not.toMatch(/warning|link/);
});

test('a copy of the store is enough to build offline on another machine', async ({ archives }) => {
  const tree = join(archives.directory, 'tree');
  await wholeHeaders(tree, { release: FIRST, utsVersion: '#1 SMP' });
  const packages = `linux-headers-${FIRST} 6.9.0-1 amd64\n${await compilerPackages()}`;
  const contents = { [`linux-headers-${FIRST}`]: tree };
  const archive = await archives.write('One', [{ codename: 'two', contents, packages }]);
  const source = await archives.sources('one.sources', `file:${archive}`, ['two']);
  const online = await buildHello(archives, ['--sources', source, '--all']);
  expect(online.exitStatus, online.stderr).toBe(0);

  const copy = join(archives.directory, 'elsewhere');
  // As an archive or a memory stick has it: no hard links, no owners, no times.
  await run('cp', ['-r', '--no-preserve=all', '--', archives.store, copy]);
  await rm(archive, { recursive: true });
  await rename(archives.store, join(archives.directory, 'gone'));
  await rm(join(archives.directory, 'home/.cache'), { recursive: true });
  for (const place of ['unpacked', 'tree']) await rm(join(copy, place), { recursive: true });
  const offline = await buildHello(archives, ['--offline', '--all', '--store', copy]);
  expect(offline.exitStatus, offline.stderr).toBe(0);
  expect(offline.packages).toEqual(online.packages);
});

test('a store that may only be read builds what is unpacked in it', async ({ archives }) => {
  const source = await sourceOfTwo(archives);
  expect((await dryRun(archives, ['--sources', source, '--all'])).kernels).toEqual(BOTH);
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit 99; "$@"';
  const under = [...OWN_MOUNTS, 'sh', '-c', script, archives.store];
  const { kernels, stderr } = await dryRun(archives, ['--offline', '--all'], { under });
  expect(kernels, stderr).toEqual(BOTH);
});
