import { existsSync } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArchiveKernel } from '../../src/archives/kernels/archive-kernel.ts';
import { pruneStore } from '../../src/archives/prune-store.ts';
import {
  debFile,
  type HeaderStore,
  openStore,
  recordKernels,
  storedKernels,
} from '../../src/archives/store/header-store.ts';
import { withStoreInUse } from '../../src/archives/store/store-lock.ts';
import { packagesKey } from '../../src/archives/store/unpack-headers.ts';
import { sha256 } from '../../src/system/files/sha256.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

const CHOICES = { now: new Date('2026-11-27T12:00:00Z'), published: [], dryRun: false };

/** A kernel with a package of its own and one that it shares with others. */
function kernel(release: string, suite = 'trixie', kernelVersion = '1'): ArchiveKernel {
  const part = (name: string) => ({
    name,
    version: '1',
    architecture: 'amd64',
    sha256: sha256(name),
  });
  const own = part(`linux-headers-${release}`);
  return {
    release,
    package: own,
    parts: [own, part('linux-headers-common')],
    missing: [],
    version: kernelVersion,
    architecture: 'amd64',
    flavour: 'amd64',
    metapackages: [],
    suites: [suite],
    base: 'trixie',
    lists: [],
    size: 2,
  } as unknown as ArchiveKernel;
}

const unpackedOf = (store: HeaderStore, digest: string) =>
  join(store.directory, 'unpacked', digest);
const treeOf = (store: HeaderStore, { parts }: ArchiveKernel) =>
  join(store.directory, 'tree', packagesKey(parts));

/** Puts packages of 1000 bytes and unpacked trees with one file of 100 bytes into the store. */
async function fill(store: HeaderStore, one: ArchiveKernel): Promise<void> {
  for (const { sha256: digest } of one.parts) {
    const deb = debFile(store, digest);
    await mkdir(dirname(deb), { recursive: true });
    await writeFile(deb, 'd'.repeat(1000));
    await mkdir(unpackedOf(store, digest), { recursive: true });
    if (!existsSync(join(unpackedOf(store, digest), 'file'))) {
      await writeFile(join(unpackedOf(store, digest), 'file'), 'u'.repeat(100));
    }
  }
  await mkdir(treeOf(store, one), { recursive: true });
  for (const [at, { sha256: digest }] of one.parts.entries()) {
    await link(join(unpackedOf(store, digest), 'file'), join(treeOf(store, one), `${at}`));
  }
}

async function withStore(work: (store: HeaderStore) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('test', (directory) => work(openStore(join(directory, 'store'))));
}

/** The newest three of their flavour always stay, so the others of a test may go. */
const NEWER = ['2', '3', '4'].map((number) => kernel(`newer-${number}`, 'other', number));

/** Records each kernel on its day, and puts it into the store. */
async function record(store: HeaderStore, seen: readonly (readonly [ArchiveKernel, string])[]) {
  await recordKernels(store, NEWER, '2026-01-01');
  for (const [one, day] of seen) {
    await recordKernels(store, [one], day);
    await fill(store, one);
  }
}

const isThere = (store: HeaderStore, one: ArchiveKernel) =>
  [
    debFile(store, one.package.sha256),
    unpackedOf(store, one.package.sha256),
    treeOf(store, one),
  ].map((path) => existsSync(path));

const [OLD, RECENT, LISTED] = [kernel('old'), kernel('recent'), kernel('listed')];

test('a kernel goes 180 days after its suite was last seen to have it; what it shares with others stays', async () => {
  await withStore(async (store) => {
    await record(store, [
      // 181 and 180 days before now.
      [OLD, '2026-05-30'],
      [RECENT, '2026-05-31'],
      [LISTED, '2026-11-27'],
    ]);
    const dry = await pruneStore(store, { ...CHOICES, dryRun: true });
    expect(isThere(store, OLD)).toEqual([true, true, true]);
    const real = await pruneStore(store, CHOICES);
    expect(isThere(store, OLD)).toEqual([false, false, false]);
    expect(isThere(store, RECENT)).toEqual([true, true, true]);
    expect(isThere(store, LISTED)).toEqual([true, true, true]);
    expect(existsSync(debFile(store, sha256('linux-headers-common')))).toBe(true);
    // The package, its unpacked directory, the tree. The file of the unpacked directory has two names, but counts once.
    expect(real).toEqual({ removed: 3, bytes: 1100 });
    expect(dry).toEqual(real);
    expect((await storedKernels(store)).map(({ release }) => release)).toEqual([
      ...NEWER.map(({ release }) => release),
      'old',
      'recent',
      'listed',
    ]);
    expect(await pruneStore(store, CHOICES)).toEqual({ removed: 0, bytes: 0 });
  });
});

test('bug: kernels that were listed when somebody last looked went, if that was half a year ago', async () => {
  await withStore(async (store) => {
    const [dropped, last, backport] = [
      kernel('dropped'),
      kernel('last'),
      kernel('b', 'trixie-backports'),
    ];
    await record(store, [
      [dropped, '2026-01-01'],
      [last, '2026-02-01'],
      [backport, '2026-01-01'],
    ]);
    await pruneStore(store, CHOICES);
    expect(isThere(store, dropped)).toEqual([false, false, false]);
    expect(isThere(store, last)).toEqual([true, true, true]);
    expect(isThere(store, backport)).toEqual([true, true, true]);
  });
});

test('the newest three of a flavour stay, and kernels for which somebody has published modules', async () => {
  await withStore(async (store) => {
    const versions = ['1', '2', '3', '10'].map((number) => kernel(number, 'trixie', number));
    await recordKernels(store, [kernel('listed-later', 'trixie', '0')], '2026-02-01');
    for (const one of versions) {
      await recordKernels(store, [one], '2026-01-01');
      await fill(store, one);
    }
    const published = (version: string) => [{ release: '1', version, architecture: 'amd64' }];
    await pruneStore(store, { ...CHOICES, published: published('1') });
    expect(versions.map((one) => isThere(store, one)[0])).toEqual([true, true, true, true]);
    await pruneStore(store, { ...CHOICES, published: published('1.1') });
    expect(versions.map((one) => isThere(store, one)[0])).toEqual([false, true, true, true]);
  });
});

test('unfinished work of another run stays, and so does the store while a run uses it', async () => {
  await withStore(async (store) => {
    await record(store, [
      [OLD, '2026-01-01'],
      [LISTED, '2026-11-27'],
    ]);
    const unfinished = join(store.directory, 'unpacked/.new-123');
    await mkdir(unfinished);
    const denied = withStoreInUse(store, () => pruneStore(store, CHOICES));
    await expect(denied).rejects.toMatchObject({ code: 'locked' });
    expect(isThere(store, OLD)).toEqual([true, true, true]);
    await pruneStore(store, CHOICES);
    expect(existsSync(unfinished)).toBe(true);
    expect(isThere(store, OLD)).toEqual([false, false, false]);
  });
});

test('the compiler that apt chose last stays, an older one goes', async () => {
  await withStore(async (store) => {
    const packages = ['new', 'libc'].map((name) => ({
      name,
      version: '1',
      architecture: 'amd64',
      sha256: sha256(name),
    }));
    await mkdir(join(store.directory, 'toolchains'), { recursive: true });
    const known = JSON.stringify({ lists: 'x', packages });
    await writeFile(join(store.directory, 'toolchains/trixie-gcc-14-amd64-on-amd64.json'), known);
    for (const name of ['new', 'libc', 'old']) {
      const deb = debFile(store, sha256(name));
      await mkdir(dirname(deb), { recursive: true });
      await writeFile(deb, name);
    }
    expect(await pruneStore(store, CHOICES)).toEqual({ removed: 1, bytes: 3 });
    expect(existsSync(debFile(store, sha256('libc')))).toBe(true);
    expect(existsSync(debFile(store, sha256('old')))).toBe(false);
  });
});

test('a store that does not exist is not made', async () => {
  await withStore(async (store) => {
    expect(await pruneStore(store, CHOICES)).toEqual({ removed: 0, bytes: 0 });
    expect(existsSync(store.directory)).toBe(false);
  });
});
