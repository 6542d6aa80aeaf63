import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SystemError } from '../errors.ts';
import { ifThere } from '../system/files/if-there.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { writeWhole } from '../system/files/output.ts';
import { listFiles } from '../system/files/walk-tree.ts';
import { syncFile } from './add-to-pool.ts';
import { isByHash } from './repository-layout.ts';

/**
 * Returns the files of a staged suite in two lists: the files by hash, and the other files. The paths are relative to
 * `staged`.
 */
export async function stagedFiles(staged: string): Promise<{ byHash: string[]; named: string[] }> {
  const paths = (await listFiles(staged)).sort();
  return {
    byHash: paths.filter((path) => isByHash(path)),
    named: paths.filter((path) => !path.includes('/by-hash/')),
  };
}

/** Copies files of a staged suite into the suite. Each file is written whole or not at all. */
export async function installFiles(
  staged: string,
  suite: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const target = join(suite, path);
    await makeDirectory(dirname(target));
    await writeWhole(target, async (temporary) => {
      await copyFile(join(staged, path), temporary);
      await syncFile(temporary);
    });
  }
}

/**
 * Replaces Release and then InRelease, which makes the new index valid: apt uses the new index from now on. Throws
 * SystemError `repository-changed` if the InRelease is not the one from which the new index was made.
 */
export async function installRelease(
  suite: string,
  { text, signed, before }: { text: string; signed: string; before: Buffer | undefined },
): Promise<void> {
  const file = join(suite, 'InRelease');
  const now = await ifThere(readFile(file));
  if (before === undefined ? now !== undefined : now === undefined || !before.equals(now)) {
    throw new SystemError(
      'repository-changed',
      'another program changed this index while dkms-deb made a new one',
      {
        where: { file },
        hint: 'Run again. If two machines publish into this directory, let only one machine publish.',
      },
    );
  }
  await write(join(suite, 'Release'), text);
  await write(file, signed);
}

async function write(target: string, text: string): Promise<void> {
  await writeWhole(target, async (temporary) => {
    await writeFile(temporary, text);
    await syncFile(temporary);
  });
}
