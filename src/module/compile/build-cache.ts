import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DkmsDebError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { cachePlace } from '../../system/files/cache-place.ts';
import { markUsed, removeEntry, removeOldest, STAGING } from '../../system/files/cache-size.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { DamagedEntry, readEntry, writeEntry } from './cache-entry.ts';

/**
 * A number that is part of each key. Increase it if a build gives another result for the same input, or if the
 * format of entries changes.
 */
const SCHEMA = 4;
/**
 * The size limit of the cache in bytes. If it is exceeded, the entries that were unused for the longest time are
 * removed.
 */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Files in the cache: the modules of a build, or a package. The other fields are set only for modules. */
export interface CachedFiles {
  readonly files: readonly string[];
  /** The ABI of the modules (kernelAbi). */
  readonly abi?: string;
  /**
   * The exports with which the imports of these modules were checked, in the format of Module.symvers: those of the
   * driver's own modules, packed or not, and of BUILD_DEPENDS. The kernel's exports are left out.
   */
  readonly otherExports?: string;
  /** The files with the modules' debug data, `<module>.debug`, if the build request asked for them. */
  readonly debug?: readonly string[];
}

/** The modules of a build, as the cache stores them: stripped and checked, but neither signed nor compressed. */
export interface CachedBuild extends CachedFiles {
  readonly abi: string;
}

/** Returns $XDG_CACHE_HOME/dkms-deb/modules, by default ~/.cache/dkms-deb/modules. */
export function cacheDirectory(): string {
  return cachePlace('modules');
}

/** Returns the key of an entry: a hash of `input`, which must have everything that can change the files. */
export function cacheKey(input: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ schema: SCHEMA, ...input }));
}

/**
 * Copies the modules of a cached build into `target`, and returns the same as restoreFiles. Returns undefined if the
 * entry is not a build.
 */
export async function restoreBuild(
  cache: string,
  key: string,
  target: string,
  reporter: Reporter,
): Promise<CachedBuild | undefined> {
  const found = await restoreFiles(cache, key, target, reporter);
  return found?.abi === undefined ? undefined : { ...found, abi: found.abi };
}

/**
 * Copies the files of an entry of the cache into `target`. Returns undefined if the cache does not have the entry. A
 * damaged entry is reported and removed, so that it can be stored again. The result is undefined in this case, too.
 * Throws node's error if the machine has no more memory or open files.
 */
export async function restoreFiles(
  cache: string,
  key: string,
  target: string,
  reporter: Reporter,
): Promise<CachedFiles | undefined> {
  const entry = join(cache, key);
  const found = await readEntry(entry).catch(async (error: unknown) => {
    // The entry does not exist, or another run has just removed it (removeEntry).
    if ((await lstat(entry).catch(() => undefined)) === undefined) return undefined;
    // These errors are about the limits of this machine; they do not mean that the entry is damaged.
    if (/^(?:EMFILE|ENFILE|ENOMEM)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    reporter.warn(
      `an entry of the cache is damaged and is made again: ${entry} (${wordsFor(error)})`,
    );
    await removeEntry(cache, entry);
    return undefined;
  });
  if (found === undefined) return undefined;
  await makeDirectory(target);
  for (const [name, bytes] of found.files) await writeFile(join(target, name), bytes);
  await markUsed(entry);
  const { abi, otherExports, debug } = found.record;
  const place = (name: string) => join(target, name);
  return {
    files: [...found.files.keys()].filter((name) => !debug?.includes(name)).map(place),
    ...(abi !== undefined && { abi }),
    ...(otherExports && { otherExports }),
    ...(debug && { debug: debug.map(place) }),
  };
}

function wordsFor(error: unknown): string {
  const own = error instanceof DamagedEntry || error instanceof DkmsDebError;
  return own ? error.message : causeOf(error)[0];
}

/**
 * Stores files in the cache. The entry becomes visible by a rename, when it is complete. If another run has stored
 * an entry with the same key before, that entry stays. If the cache cannot be written, this is reported, but is not
 * an error.
 */
export async function storeFiles(
  cache: string,
  key: string,
  build: CachedFiles,
  reporter: Reporter,
): Promise<void> {
  let staging: string | undefined;
  try {
    await makeDirectory(cache);
    await removeLeftovers(cache);
    staging = makeTemporary(join(cache, STAGING));
    const files = new Map<string, Buffer>();
    for (const file of [...build.files, ...(build.debug ?? [])]) {
      files.set(basename(file), await readFile(file));
    }
    const { abi, otherExports } = build;
    const debug = build.debug?.map((file) => basename(file));
    await writeEntry(staging, files, { abi, otherExports, debug });
    await rename(staging, join(cache, key));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another run has stored the same build.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') {
      reporter.note(`Nothing is stored in the cache ${cache}: ${causeOf(error)[0]}`);
    }
  } finally {
    if (staging !== undefined) {
      await rm(staging, { recursive: true, force: true }).catch(() => {});
      releaseTemporary(staging);
    }
  }
  await removeOldest(cache, { mostBytes: MOST_BYTES }).catch(() => {});
}
