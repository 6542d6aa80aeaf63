import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { walkTree } from '../system/files/walk-tree.ts';
import { type HeaderStore, storedKernels } from './store/header-store.ts';
import { treeKey } from './store/unpack-headers.ts';
import { readKnownToolchains } from './toolchain/known-toolchains.ts';
import { toolchainKey } from './toolchain/unpack-toolchain.ts';

/** A kernel stays in the store for this number of days after it was last seen in an archive. */
const KEEP_DAYS = 180;
/**
 * The most files in one directory of the store that are counted. A compiler with its libraries has about 5 000
 * files, headers have 15 000.
 */
const MOST_FILES = 1_000_000;
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/**
 * Removes packages and directories from a store that are no longer needed. Kernels that were seen in an archive
 * within KEEP_DAYS stay, and compilers that apt chose last. The index stays, because it records when a kernel was
 * in an archive. Returns the number of removed packages and directories, and how many bytes they had. With `dryRun`
 * nothing is removed.
 */
export async function pruneStore(
  store: HeaderStore,
  now: Date,
  dryRun: boolean,
): Promise<{ removed: number; bytes: number }> {
  const oldest = new Date(now.getTime() - KEEP_DAYS * DAY_MILLISECONDS).toISOString().slice(0, 10);
  const kernels = (await storedKernels(store)).filter(({ lastSeen }) => lastSeen >= oldest);
  const toolchains = await readKnownToolchains(store);
  const debs = new Set(
    [...kernels.flatMap(({ parts }) => parts), ...toolchains.flat()].map(({ sha256 }) => sha256),
  );
  const keep: readonly (readonly [place: string, names: ReadonlySet<string>])[] = [
    ['unpacked', debs],
    ['tree', new Set(kernels.map(({ parts }) => treeKey(parts)))],
    ['toolchain', new Set(toolchains.map(toolchainKey))],
  ];
  let [removed, bytes] = [0, 0];
  const remove = async (path: string) => {
    bytes += await sizeOf(path);
    removed++;
    if (!dryRun) await rm(path, { recursive: true, force: true });
  };
  for (const [place, names] of keep) {
    for (const name of await namesIn(join(store.directory, place))) {
      if (!names.has(name)) await remove(join(store.directory, place, name));
    }
  }
  const packages = join(store.directory, 'by-sha256');
  for (const begin of await namesIn(packages)) {
    for (const name of await namesIn(join(packages, begin))) {
      if (!debs.has(name.replace(/\.deb$/, ''))) await remove(join(packages, begin, name));
    }
  }
  return { removed, bytes };
}

/** Returns the names in a directory. Leaves out names with a dot, which belong to a running dkms-deb. */
async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.'));
}

/**
 * Returns how many bytes become free if a file or directory is removed. A file with another hard link frees
 * nothing.
 */
async function sizeOf(path: string): Promise<number> {
  const own = await stat(path).catch(() => undefined);
  if (own?.isFile()) return own.nlink > 1 ? 0 : own.size;
  let sum = 0;
  for (const file of own === undefined ? [] : await walkTree(path, { maxEntries: MOST_FILES })) {
    if (file.type !== 'file') continue;
    const found = await stat(join(path, file.path)).catch(() => undefined);
    if (found?.nlink === 1) sum += found.size;
  }
  return sum;
}
