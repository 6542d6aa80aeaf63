import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileContent, StagedEntry } from '../../archive/staged/staged-entry.ts';
import {
  cacheDirectory,
  cacheKey,
  restoreBuild,
  storeBuild,
} from '../../module/compile/build-cache.ts';
import type { Reporter } from '../../report/reporter.ts';
import { writeWhole } from '../../system/files/output.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { writePackage } from '../dkms/dkms-package.ts';
import type { StagedModulesPackage } from './modules-package.ts';

/**
 * Writes a staged package into `directory`, or copies the .deb that was written before of the very
 * same members and files: the bytes follow from them alone, and packing them again is most of what a
 * run costs that compiles nothing. What `check` found right goes into the cache, and comes out of it
 * with the same sum. Returns the path. The cache is that of the modules.
 */
export async function writeCachedPackage(
  staged: StagedModulesPackage,
  directory: string,
  check: ((file: string) => Promise<void>) | undefined,
  reporter: Reporter,
): Promise<string> {
  const key = await keyOf(staged);
  const target = join(directory, staged.fileName);
  const found = await withTemporaryDirectory('package', async (scratch) => {
    const entry = await restoreBuild(cacheDirectory(), key, scratch, reporter);
    const [deb] = entry?.files ?? [];
    if (deb !== undefined) await writeWhole(target, (temporary) => copyFile(deb, temporary));
    return deb !== undefined;
  });
  if (found) return target;
  const file = await writePackage(staged, directory, check);
  // An entry of one file, of which nobody asks the ABI.
  await storeBuild(cacheDirectory(), key, { files: [file], abi: '' }, reporter);
  return file;
}

/** Everything that gets into the .deb. */
async function keyOf({ fileName, control, tree, timestamp }: StagedModulesPackage) {
  const members = control.map(({ name, mode, bytes }) => [name, mode, sha256(bytes)]);
  return cacheKey({ fileName, timestamp, members, entries: await entriesOf(tree.entries()) });
}

async function entriesOf(entries: readonly StagedEntry[]): Promise<unknown[]> {
  return Promise.all(
    entries.map(async (entry) =>
      entry.type === 'file' ? { ...entry, content: await digestOf(entry.content) } : entry,
    ),
  );
}

async function digestOf(content: FileContent): Promise<string> {
  return sha256('bytes' in content ? content.bytes : await readFile(content.source));
}
