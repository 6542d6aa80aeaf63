import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentDigest } from '../../archive/staged/content-digest.ts';
import type { StagedEntry } from '../../archive/staged/staged-entry.ts';
import {
  cacheDirectory,
  cacheKey,
  restoreFiles,
  storeFiles,
} from '../../module/compile/build-cache.ts';
import type { Reporter } from '../../report/reporter.ts';
import { writeWhole } from '../../system/files/output.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { type StagedPackage, writePackage } from '../staged-package.ts';

/**
 * Writes a staged package into `directory`, and returns its path. If the cache has a .deb with the same contents, this
 * .deb is copied, because packing takes most of the time of a run that compiles nothing. A .deb is only stored in the
 * cache if it passed `check`.
 */
export async function writeCachedPackage(
  staged: StagedPackage,
  directory: string,
  check: ((file: string) => Promise<void>) | undefined,
  reporter: Reporter,
): Promise<string> {
  const key = await keyOf(staged);
  const target = join(directory, staged.fileName);
  const found = await withTemporaryDirectory('package', async (scratch) => {
    const entry = await restoreFiles(cacheDirectory(), key, scratch, reporter);
    const [deb] = entry?.files ?? [];
    if (deb !== undefined) await writeWhole(target, (temporary) => copyFile(deb, temporary));
    return deb !== undefined;
  });
  if (found) return target;
  const file = await writePackage(staged, directory, check, reporter);
  await storeFiles(cacheDirectory(), key, { files: [file] }, reporter);
  return file;
}

/** Returns the key of a package in the cache: a hash of everything that becomes part of the .deb. */
async function keyOf({ fileName, control, tree, timestamp }: StagedPackage) {
  const members = control.map(({ name, mode, bytes }) => [name, mode, sha256(bytes)]);
  return cacheKey({ fileName, timestamp, members, entries: await entriesOf(tree.entries()) });
}

async function entriesOf(entries: readonly StagedEntry[]): Promise<unknown[]> {
  return Promise.all(
    entries.map(async (entry) =>
      entry.type === 'file' ? { ...entry, content: await contentDigest(entry.content) } : entry,
    ),
  );
}
