import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArchiveKernel } from '../../../src/archives/kernels/archive-kernel.ts';
import {
  type HeaderStore,
  openStore,
  recordKernels,
  storedKernels,
} from '../../../src/archives/store/header-store.ts';
import { sha256 } from '../../../src/system/files/sha256.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

function kernel(release: string, more: Partial<ArchiveKernel> = {}): ArchiveKernel {
  const own = {
    name: `linux-headers-${release}`,
    version: '1',
    architecture: 'amd64',
    sha256: sha256(release),
  };
  const lists = [{ suite: 'trixie', inReleaseSha256: sha256('InRelease') }];
  return {
    release,
    package: own,
    parts: [own],
    base: 'trixie',
    architecture: 'amd64',
    suites: ['trixie'],
    metapackages: [],
    lists,
    ...more,
  } as unknown as ArchiveKernel;
}

async function withStore(work: (store: HeaderStore) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('test', (directory) => work(openStore(join(directory, 'store'))));
}

const days = async (store: HeaderStore) =>
  (await storedKernels(store)).map(({ release, firstSeen, lastSeen }) => [
    release,
    firstSeen,
    lastSeen,
  ]);

test('a store is named without links before it exists, and afterwards', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'real'));
    await symlink('real', join(directory, 'link'));
    const wanted = { directory: join(await realpath(directory), 'real/a/store') };
    expect(openStore(join(directory, 'link/a/store'))).toEqual(wanted);
    await mkdir(wanted.directory, { recursive: true });
    expect(openStore(join(directory, 'link/a/store'))).toEqual(wanted);
  });
});

test('an index that cannot be read is not taken for an empty one', async () => {
  await withStore(async (store) => {
    await mkdir(join(store.directory, 'index/trixie/amd64.jsonl'), { recursive: true });
    await expect(storedKernels(store)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

test('a kernel keeps the day when it was first seen; one that is no longer listed stays', async () => {
  await withStore(async (store) => {
    await recordKernels(store, [kernel('a'), kernel('b')], '2026-11-01');
    const seen = await recordKernels(store, [kernel('b'), kernel('c')], '2026-11-27');
    expect(seen.map(({ release, firstSeen }) => [release, firstSeen])).toEqual([
      ['b', '2026-11-01'],
      ['c', '2026-11-27'],
    ]);
    expect(await days(store)).toEqual([
      ['a', '2026-11-01', '2026-11-01'],
      ['b', '2026-11-01', '2026-11-27'],
      ['c', '2026-11-27', '2026-11-27'],
    ]);
  });
});

test('the index has the hash of the list in which a kernel was last seen', async () => {
  await withStore(async (store) => {
    await recordKernels(store, [kernel('a')], '2026-11-01');
    const lists = [{ suite: 'trixie-security', inReleaseSha256: sha256('newer') }];
    await recordKernels(store, [kernel('a', { lists })], '2026-11-02');
    expect((await storedKernels(store)).map((one) => one.lists)).toEqual([lists]);
  });
});

test('runs at the same time lose nothing', async () => {
  await withStore(async (store) => {
    const names = Array.from({ length: 12 }, (_, at) => `k${at}`);
    await Promise.all(names.map((name) => recordKernels(store, [kernel(name)], '2026-11-01')));
    expect((await storedKernels(store)).map(({ release }) => release).sort()).toEqual(names.sort());
    expect(await readdir(join(store.directory, 'index/trixie'))).toEqual(['amd64.jsonl']);
  });
});

test('a damaged line is passed over, a line of an older dkms-deb read', async () => {
  await withStore(async (store) => {
    const { metapackages: _, lists: __, ...old } = kernel('old');
    const line = JSON.stringify({ ...old, firstSeen: '2026-01-01', lastSeen: '2026-01-02' });
    const file = join(store.directory, 'index/trixie/amd64.jsonl');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${line}\n{"release": "cut\n[]\nnull\n`);
    expect(await storedKernels(store)).toMatchObject([
      { release: 'old', metapackages: [], lists: [] },
    ]);
    await recordKernels(store, [kernel('new')], '2026-11-01');
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
  });
});

test.each(['..', '.', '../../x', './', 'a/b'])(
  'a codename such as %j leads to no file outside of the index',
  async (base) => {
    await withStore(async (store) => {
      await recordKernels(store, [kernel('a', { base })], '2026-11-01');
      const files = await readdir(store.directory, { recursive: true });
      const indexes = files.filter((name) => name.endsWith('.jsonl'));
      expect(indexes).toEqual([expect.stringMatching(/^index\/[^/]+\/amd64\.jsonl$/)]);
      expect(await storedKernels(store)).toHaveLength(1);
    });
  },
);
