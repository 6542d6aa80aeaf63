import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cachePlace } from '../../system/files/cache-place.ts';
import { ifThere } from '../../system/files/if-there.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { namesIn } from '../../system/files/names-in.ts';
import { writeWhole } from '../../system/files/output.ts';
import { realPlace } from '../../system/files/real-place.ts';
import { registerPlace } from '../../system/process/no-room.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { type ArchiveKernel, keyOf, type StoredKernel } from '../kernels/archive-kernel.ts';
import { withIndexLock } from './store-lock.ts';

/**
 * The header store: a directory with packages, and with an index of the kernels that archives have or had. Stored
 * packages never change. So modules can still be built for a kernel when its archive has removed the headers, and
 * another machine can use a copy of the store.
 *
 *   by-sha256/ab/SHA256.deb     a package as it was downloaded
 *   index/BASE/ARCH.jsonl       one kernel per line: ArchiveKernel, and the days when it was first and last seen
 *   index.lock                  locked while the index is written
 *   use.lock                    locked while something of the store is used, or removed from it
 *   unpacked/SHA256/            an unpacked package; may be removed at any time
 *   tree/KEY/                   the headers of one kernel, from unpacked packages; may be removed at any time
 *   toolchain/KEY/              an unpacked compiler; may be removed at any time
 *   toolchains/                 which packages a compiler consists of, for --offline
 */
export interface HeaderStore {
  readonly directory: string;
}

/**
 * Opens the store in `directory`, by default in the user's cache. The path of the store is absolute and without
 * symlinks. Otherwise the compiler could write another path of the store into debug data, which no PathMap replaces.
 */
export function openStore(directory: string | undefined): HeaderStore {
  return { directory: realPlace(resolve(directory ?? cachePlace('headers'))) };
}

/** Returns the path of a package in the store, whether or not the store has it. */
export function debFile({ directory }: HeaderStore, sha256: string): string {
  return join(directory, 'by-sha256', sha256.slice(0, 2), `${sha256}.deb`);
}

/** Returns the sha256 of a file's contents in lower-case hex. The file is read in pieces. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Returns all kernels in the index, also those whose packages are not in the store. A damaged line is skipped. Throws
 * SystemError `file-unreadable`, or the error of Node, if the index exists, but cannot be read.
 */
export async function storedKernels({ directory }: HeaderStore): Promise<StoredKernel[]> {
  const index = join(directory, 'index');
  const found: StoredKernel[] = [];
  for (const base of (await namesIn(index)).sort()) {
    for (const name of (await namesIn(join(index, base))).sort()) {
      if (name.endsWith('.jsonl')) found.push(...(await readIndexFile(join(index, base, name))));
    }
  }
  return found;
}

async function readIndexFile(file: string): Promise<StoredKernel[]> {
  const text = (await ifThere(readFile(file, 'utf8'))) ?? '';
  return text.split('\n').flatMap((line) => {
    try {
      const kernel = JSON.parse(line) as StoredKernel;
      return typeof kernel.package?.sha256 === 'string' && Array.isArray(kernel.parts)
        ? // Lines that an older dkms-deb wrote do not have these two properties.
          [{ ...kernel, metapackages: kernel.metapackages ?? [], lists: kernel.lists ?? [] }]
        : [];
    } catch {
      return [];
    }
  });
}

/**
 * Stores in the index that an archive lists these kernels today. Returns the kernels with the days on which they were
 * first and last seen. Runs that use the same store wait for each other, because each run writes whole files. Throws
 * the errors of withIndexLock and writeWhole.
 */
export async function recordKernels(
  store: HeaderStore,
  kernels: readonly ArchiveKernel[],
  today: string,
): Promise<StoredKernel[]> {
  const { directory } = store;
  registerPlace(directory, '--store DIR');
  return withIndexLock(store, () => record(join(directory, 'index'), kernels, today));
}

async function record(
  index: string,
  kernels: readonly ArchiveKernel[],
  today: string,
): Promise<StoredKernel[]> {
  const files = new Map<string, ArchiveKernel[]>();
  for (const kernel of kernels) {
    appendTo(files, fileOf(kernel), kernel);
  }
  const all: StoredKernel[] = [];
  for (const [name, seen] of files) {
    const file = join(index, name);
    const known = new Map((await readIndexFile(file)).map((one) => [keyOf(one), one]));
    const before = JSON.stringify([...known.values()]);
    for (const kernel of seen) {
      const old = known.get(keyOf(kernel));
      const stored = { ...kernel, firstSeen: old?.firstSeen ?? today, lastSeen: today };
      known.set(keyOf(kernel), stored);
      all.push(stored);
    }
    if (JSON.stringify([...known.values()]) === before) continue;
    await makeDirectory(dirname(file));
    const text = [...known.values()].map((one) => `${JSON.stringify(one)}\n`).join('');
    await writeWhole(file, (temporary) => writeFile(temporary, text));
  }
  return all;
}

function fileOf({ base, architecture }: ArchiveKernel): string {
  // The base comes from a Release file, so it may contain any characters.
  return join(base.replace(/[^\w.+-]/g, '_').replace(/^\./, '_'), `${architecture}.jsonl`);
}

/** Whether the store has all packages of a kernel. */
export function isWhole(store: HeaderStore, { parts, missing }: ArchiveKernel): boolean {
  return missing.length === 0 && parts.every(({ sha256 }) => existsSync(debFile(store, sha256)));
}
