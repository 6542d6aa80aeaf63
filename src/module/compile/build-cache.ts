import { copyFile, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';

/** Part of each key; raise it when a build gives other results for the same input. */
const SCHEMA = 3;
/** The size limit of the cache; the entries unused for the longest time are removed first. */
const MOST_BYTES = 1024 * 1024 * 1024;
const RECORD = 'record.json';
const STAGING = '.new-';
/** Age after which a half-written entry is removed: its run was killed, as copying modules never takes a day. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/** Modules that are stripped and checked, but neither signed nor compressed. */
export interface CachedBuild {
  readonly files: readonly string[];
  /** kernelAbi of the modules. */
  readonly abi: string;
  /**
   * A Module.symvers with the exports, other than the kernel's, that they were checked against, such as those of
   * a module that is built but not packed.
   */
  readonly otherExports?: string;
  /** Files with their debug data, `<module>.debug`, if the build was to keep them. */
  readonly debug?: readonly string[];
}

/** Returns $XDG_CACHE_HOME/dkms-deb/modules, by default ~/.cache/dkms-deb/modules. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dkms-deb', 'modules');
}

/** Returns the key of a build: a hash of all input that can change its result. */
export function cacheKey(input: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ schema: SCHEMA, ...input }));
}

/**
 * Copies the modules of an entry into `target`. Returns undefined if there is no entry; also for a damaged one,
 * which it removes so that the next build can be stored.
 */
export async function restoreBuild(
  cache: string,
  key: string,
  target: string,
): Promise<CachedBuild | undefined> {
  const entry = join(cache, key);
  const text = await readFile(join(entry, RECORD), 'utf8').catch(() => undefined);
  const restored = text === undefined ? undefined : await copyEntry(entry, text, target);
  if (restored === undefined) await remove(entry);
  return restored;
}

async function copyEntry(
  entry: string,
  text: string,
  target: string,
): Promise<CachedBuild | undefined> {
  try {
    const record = JSON.parse(text) as {
      abi: string;
      otherExports?: string;
      files: { name: string; sha256: string }[];
      debug?: string[];
    };
    await makeDirectory(target);
    const files: string[] = [];
    for (const { name, sha256: wanted } of record.files) {
      if (basename(name) !== name) return undefined;
      const file = join(target, name);
      await copyFile(join(entry, name), file);
      // The disk or a user changed the file: the entry is damaged.
      if (sha256(await readFile(file)) !== wanted) return undefined;
      files.push(file);
    }
    const now = new Date();
    await utimes(entry, now, now);
    const debug = record.debug?.map((name) => join(target, name));
    return {
      files: files.filter((file) => !debug?.includes(file)),
      abi: record.abi,
      ...(record.otherExports && { otherExports: record.otherExports }),
      ...(debug && { debug }),
    };
  } catch {
    return undefined;
  }
}

/**
 * Stores a build. A rename makes the entry visible when it is complete; if another run has stored the same build,
 * its entry stays. A cache that cannot be written is not an error.
 */
export async function storeBuild(cache: string, key: string, build: CachedBuild): Promise<void> {
  let staging: string | undefined;
  try {
    await makeDirectory(cache);
    await removeLeftovers(cache);
    staging = makeTemporary(join(cache, STAGING));
    const files = [];
    for (const file of [...build.files, ...(build.debug ?? [])]) {
      const name = basename(file);
      const bytes = await readFile(file);
      await writeFile(join(staging, name), bytes);
      files.push({ name, sha256: sha256(bytes) });
    }
    await writeFile(
      join(staging, RECORD),
      JSON.stringify({
        abi: build.abi,
        otherExports: build.otherExports,
        files,
        debug: build.debug?.map((file) => basename(file)),
      }),
    );
    await rename(staging, join(cache, key));
  } catch {
    // The home directory is read-only, the disk is full, or the entry exists by now.
  } finally {
    if (staging !== undefined) {
      await rm(staging, { recursive: true, force: true }).catch(() => {});
      releaseTemporary(staging);
    }
  }
  await removeOldest(cache, MOST_BYTES).catch(() => {});
}

/**
 * Removes the entries unused for the longest time until the rest has at most `most` bytes, and what killed runs
 * left. Entries that another run removes at the same time are not an error.
 */
export async function removeOldest(cache: string, most: number): Promise<void> {
  const entries = [];
  for (const name of await readdir(cache)) {
    const directory = join(cache, name);
    const found = await measure(directory);
    if (found === undefined) continue;
    if (!name.startsWith('.')) entries.push({ directory, ...found });
    else if (name.startsWith(STAGING) && Date.now() - found.used > STALE_MILLISECONDS) {
      await remove(directory);
    }
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  for (const { directory, size } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= most) return;
    await remove(directory);
    total -= size;
  }
}

/** Returns an entry's bytes and its last use in milliseconds; undefined if another run has removed it. */
async function measure(directory: string): Promise<{ size: number; used: number } | undefined> {
  try {
    let size = 0;
    for (const file of await readdir(directory)) size += (await stat(join(directory, file))).size;
    return { size, used: (await stat(directory)).mtimeMs };
  } catch {
    return undefined;
  }
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}
