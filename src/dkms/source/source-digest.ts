import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceEntry } from './source-entry.ts';

/**
 * Returns a sha256 (hex) of a driver's source and of its dkms.conf. It depends on the name and contents of each file,
 * on whether a file is executable, and on the target of each link.
 */
export async function sourceDigest(
  directory: string,
  entries: readonly SourceEntry[],
  confFile: string,
): Promise<string> {
  const hash = createHash('sha256');
  await addEntries(hash, directory, entries);
  hash.update('\0dkms.conf\0').update(await readFile(confFile));
  return hash.digest('hex');
}

/** Does the same as sourceDigest, but leaves out `dkms.conf` at the top of the tree, and `confFile`. */
export async function digestWithoutConf(
  directory: string,
  entries: readonly SourceEntry[],
  confFile: string,
): Promise<string> {
  const hash = createHash('sha256');
  const isConf = (path: string) => path === 'dkms.conf' || join(directory, path) === confFile;
  await addEntries(
    hash,
    directory,
    entries.filter(({ path }) => !isConf(path)),
  );
  return hash.digest('hex');
}

async function addEntries(
  hash: Hash,
  directory: string,
  entries: readonly SourceEntry[],
): Promise<void> {
  for (const entry of entries) {
    const mode = (entry.mode & 0o111) === 0 ? '-' : 'x';
    hash.update(`${entry.type} ${mode} ${entry.path}\0${entry.target ?? ''}\0${entry.size}\0`);
    if (entry.type === 'file') hash.update(await readFile(join(directory, entry.path)));
  }
}
