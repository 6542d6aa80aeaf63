import { constants } from 'node:fs';
import { chmod, copyFile, lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256OfFile } from '../archives/store/header-store.ts';
import { InputError } from '../errors.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { writeWhole } from '../system/files/output.ts';

/** A .deb that is to be copied into the pool. */
export interface IncomingFile {
  readonly file: string;
  /** The path of its copy, relative to the repository. */
  readonly fileName: string;
  /** The SHA-256 in lower-case hex. */
  readonly sha256: string;
}

/**
 * Copies packages into the pool. A name in the pool always means the same bytes, because caches and mirrors keep
 * them. So nothing is copied if the pool has other bytes under one of the names. Returns the paths that are new.
 * Throws InputError `name-taken`, `file-changed`; SystemError `disk-full`, `cannot-write`.
 */
export async function addToPool(
  repository: string,
  incoming: readonly IncomingFile[],
): Promise<string[]> {
  const wanted = new Map<string, IncomingFile>();
  for (const one of incoming) {
    const other = wanted.get(one.fileName);
    if (other !== undefined && other.sha256 !== one.sha256) throw taken(one, other.file);
    wanted.set(one.fileName, one);
  }
  const missing: IncomingFile[] = [];
  for (const one of wanted.values()) {
    const there = await digestOf(join(repository, one.fileName));
    if (there === undefined) missing.push(one);
    else if (there !== one.sha256) throw taken(one, join(repository, one.fileName));
  }
  for (const one of missing) await copyIn(repository, one);
  return missing.map(({ fileName }) => fileName);
}

async function copyIn(repository: string, { file, fileName, sha256 }: IncomingFile): Promise<void> {
  const target = join(repository, fileName);
  await makeDirectory(dirname(target));
  const changed = new InputError('file-changed', 'this package changed while it was published', {
    where: { file },
    hint: 'Run again when nothing writes into the directory of results.',
  });
  await writeWhole(target, async (temporary) => {
    await copyFile(file, temporary, constants.COPYFILE_FICLONE).catch((error) => {
      // The directory of the copy was just made, so the missing file is the package itself.
      throw error.code === 'ENOENT' ? changed : error;
    });
    await chmod(temporary, 0o644);
    await syncFile(temporary);
    if ((await digestOf(temporary)) !== sha256) throw changed;
  });
}

/**
 * Writes a file's data to the disk. Without this step, a file could have its final name but not its contents after a
 * power failure.
 */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Returns the SHA-256 of a file; undefined if nothing is there. Throws InputError `name-taken` for a symlink or
 * directory.
 */
async function digestOf(file: string): Promise<string | undefined> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (!found.isFile()) {
    throw new InputError('name-taken', 'this is not a regular file', {
      where: { file },
      hint: 'Remove this path: the pool of a repository has only packages.',
    });
  }
  return sha256OfFile(file);
}

function taken({ file, fileName }: IncomingFile, other: string): InputError {
  return new InputError('name-taken', `${fileName} already exists with other contents`, {
    where: { file },
    hint: `Give the package a new version (bmdeb --suffix), or publish ${other} again.`,
  });
}
