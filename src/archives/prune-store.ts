import type { Stats } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../system/files/names-in.ts';
import { walkTree } from '../system/files/walk-tree.ts';
import { keptKernels, type PublishedKernel } from './kept-kernels.ts';
import { type HeaderStore, storedKernels } from './store/header-store.ts';
import { withStoreAlone } from './store/store-lock.ts';
import { packagesKey } from './store/unpack-headers.ts';
import { readKnownToolchains } from './toolchain/known-toolchains.ts';

/**
 * The most files that one directory of the store may have. A compiler with its libraries has about 5 000 files, headers
 * have 15 000.
 */
const MOST_FILES = 1_000_000;

/** The choices for cleaning a store. */
export interface PruneChoices {
  readonly now: Date;
  /** The kernels for which the user's repository has modules. Other repositories are not known. */
  readonly published: readonly PublishedKernel[];
  /** Whether nothing is removed, only counted. */
  readonly dryRun: boolean;
}

/**
 * Removes the packages and directories that a store no longer needs: those of kernels that keptKernels leaves out,
 * and compilers other than apt's last choice. The index is kept, because it records when a kernel was in an archive.
 * Returns the number of removed packages and directories (with `dryRun`, of those that would be removed), and how many
 * bytes become free. Throws SystemError `locked` if another run uses the store, and the errors of walkTree.
 */
export function pruneStore(
  store: HeaderStore,
  choices: PruneChoices,
): Promise<{ removed: number; bytes: number }> {
  return withStoreAlone(store, () => prune(store, choices));
}

async function prune(
  store: HeaderStore,
  { now, published, dryRun }: PruneChoices,
): Promise<{ removed: number; bytes: number }> {
  const kernels = keptKernels(await storedKernels(store), published, now);
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
    for (const name of await objectsIn(join(store.directory, place))) {
      if (!names.has(name)) unneeded.push(join(store.directory, place, name));
    }
  }
  const packages = join(store.directory, 'by-sha256');
  for (const begin of await objectsIn(packages)) {
    for (const name of await objectsIn(join(packages, begin))) {
      if (!debs.has(name.replace(/\.deb$/, ''))) unneeded.push(join(packages, begin, name));
    }
  }
  const bytes = await freedBytes(unneeded);
  if (!dryRun) for (const path of unneeded) await rm(path, { recursive: true, force: true });
  return { removed: unneeded.length, bytes };
}

/** Returns the names in a directory. Leaves out names that begin with a dot: they belong to a running dkms-deb. */
async function objectsIn(directory: string): Promise<string[]> {
  return (await namesIn(directory)).filter((name) => !name.startsWith('.'));
}

/**
 * Returns how many bytes become free when all these files and directories are removed. A file does not count if it
 * has another name that stays.
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
