import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { walkTree } from '../system/files/walk-tree.ts';
import type { StoredKernel } from './kernels/archive-kernel.ts';
import { type HeaderStore, storedKernels } from './store/header-store.ts';
import { withStoreAlone } from './store/store-lock.ts';
import { packagesKey } from './store/unpack-headers.ts';
import { readKnownToolchains } from './toolchain/known-toolchains.ts';

/** A kernel stays in the store for this number of days after it was last seen in an archive. */
const KEEP_DAYS = 180;
/**
 * The most files in one directory of the store that are counted. A compiler with its libraries has about 5 000
 * files, headers have 15 000.
 */
const MOST_FILES = 1_000_000;
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/**
 * Removes from a store the packages and directories that are no longer needed. A kernel is kept if it was seen in
 * an archive within KEEP_DAYS, or if it was in the lists of its suite when these were last read. A compiler is kept
 * if apt chose it last. The index is kept, because it records when a kernel was in an archive. Headers that
 * somebody's published packages of modules were built with are not known here, so they are not kept. Returns the
 * number of removed packages and directories, and how many bytes they had. With `dryRun` nothing is removed. Throws
 * SystemError `locked` if another run uses the store.
 */
export function pruneStore(
  store: HeaderStore,
  now: Date,
  dryRun: boolean,
): Promise<{ removed: number; bytes: number }> {
  return withStoreAlone(store, () => prune(store, now, dryRun));
}

async function prune(
  store: HeaderStore,
  now: Date,
  dryRun: boolean,
): Promise<{ removed: number; bytes: number }> {
  const oldest = new Date(now.getTime() - KEEP_DAYS * DAY_MILLISECONDS).toISOString().slice(0, 10);
  const kernels = keptKernels(await storedKernels(store), oldest);
  const toolchains = await readKnownToolchains(store);
  const debs = new Set(
    [...kernels.flatMap(({ parts }) => parts), ...toolchains.flat()].map(({ sha256 }) => sha256),
  );
  const keep: readonly (readonly [place: string, names: ReadonlySet<string>])[] = [
    ['unpacked', debs],
    ['tree', new Set(kernels.map(({ parts }) => packagesKey(parts)))],
    ['toolchain', new Set(toolchains.map(packagesKey))],
  ];
  const unneeded: string[] = [];
  for (const [place, names] of keep) {
    for (const name of await namesIn(join(store.directory, place))) {
      if (!names.has(name)) unneeded.push(join(store.directory, place, name));
    }
  }
  const packages = join(store.directory, 'by-sha256');
  for (const begin of await namesIn(packages)) {
    for (const name of await namesIn(join(packages, begin))) {
      if (!debs.has(name.replace(/\.deb$/, ''))) unneeded.push(join(packages, begin, name));
    }
  }
  const bytes = await freedBytes(unneeded);
  if (!dryRun) for (const path of unneeded) await rm(path, { recursive: true, force: true });
  return { removed: unneeded.length, bytes };
}

/**
 * Returns the kernels that were seen since the day `oldest`, or that were listed when their suite was last read: if
 * nobody has read a list for half a year, its kernels may still be in the archive.
 */
function keptKernels(kernels: readonly StoredKernel[], oldest: string): StoredKernel[] {
  const lastRead = new Map<string, string>();
  for (const kernel of kernels) {
    for (const list of listsOf(kernel)) {
      const known = lastRead.get(list) ?? '';
      if (kernel.lastSeen > known) lastRead.set(list, kernel.lastSeen);
    }
  }
  return kernels.filter(
    (kernel) =>
      kernel.lastSeen >= oldest ||
      listsOf(kernel).some((list) => lastRead.get(list) === kernel.lastSeen),
  );
}

function listsOf({ base, architecture, suites }: StoredKernel): string[] {
  return suites.map((suite) => `${base} ${suite} ${architecture}`);
}

/** Returns the names in a directory. Leaves out names with a dot, which belong to a running dkms-deb. */
async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.'));
}

/**
 * Returns how many bytes become free when all these files and directories are removed. A file that has more names
 * than those that are removed stays.
 */
async function freedBytes(paths: readonly string[]): Promise<number> {
  const names = new Map<number, number>();
  let bytes = 0;
  for (const path of paths) {
    for (const { ino, nlink, size } of await filesOf(path)) {
      const count = (names.get(ino) ?? 0) + 1;
      if (nlink > 1) names.set(ino, count);
      if (count === nlink) bytes += size;
    }
  }
  return bytes;
}

async function filesOf(path: string): Promise<Stats[]> {
  const own = await lstat(path).catch(() => undefined);
  if (own?.isFile()) return [own];
  if (!own?.isDirectory()) return [];
  const entries = await walkTree(path, { maxEntries: MOST_FILES });
  const files = entries.filter(({ type }) => type === 'file');
  const found = await Promise.all(
    files.map((file) => lstat(join(path, file.path)).catch(() => undefined)),
  );
  return found.filter((one) => one !== undefined);
}
