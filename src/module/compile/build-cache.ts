import { copyFile, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';

/** Counts up whenever what a build makes of the same input changes. */
const SCHEMA = 3;
/** What the cache may grow to; a run removes the entries that were not used for longest. */
const MOST_BYTES = 1024 * 1024 * 1024;
const RECORD = 'record.json';
const STAGING = '.new-';
/** What a run that was killed left half done; none takes a day to copy its modules. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/** Modules stripped and checked, neither signed nor compressed, and what was learnt of them. */
export interface CachedBuild {
  readonly files: readonly string[];
  readonly abi: string;
  /**
   * Module.symvers of what they were checked against beside the kernel and themselves, such as a module
   * that is built but not packed.
   */
  readonly otherExports?: string;
  /** Their debug data, `<module>.debug`, where the build was asked for them. */
  readonly debug?: readonly string[];
}

/** $XDG_CACHE_HOME/dkms-deb/modules, else below ~/.cache. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dkms-deb', 'modules');
}

/** The key of a build: a hash of everything that can change its result. */
export function cacheKey(input: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ schema: SCHEMA, ...input }));
}

/**
 * Copies the modules of an entry into `target`; undefined if there is no whole entry. One that is
 * damaged is taken away, so that the build that is now made can take its place.
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
      // A disk that lies, or a hand in the cache: then the build is made again.
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
 * Keeps a build. Entries appear whole, by a rename: two runs at once may both write one, and the one
 * that comes second finds its own already there. A cache that cannot be written is no error.
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
    // Read-only home, full disk, or the entry is there by now: the build itself is done.
  } finally {
    if (staging !== undefined) {
      await rm(staging, { recursive: true, force: true }).catch(() => {});
      releaseTemporary(staging);
    }
  }
  await removeOldest(cache, MOST_BYTES).catch(() => {});
}

/**
 * Removes the entries unused for longest until the rest is not larger than `most` bytes, and what
 * killed runs left. Another run may do the same at the same time: what is gone is gone.
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

/** Bytes, and when it was last used (milliseconds); undefined for what another run has removed. */
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
