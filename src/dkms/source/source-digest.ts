import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceEntry } from './source-entry.ts';

/** Returns a sha256 (hex) of the names, modes, links and contents of a driver's source and of its dkms.conf. */
export async function sourceDigest(
  directory: string,
  entries: readonly SourceEntry[],
  confFile: string,
): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const mode = (entry.mode & 0o111) === 0 ? '-' : 'x';
    hash.update(`${entry.type} ${mode} ${entry.path}\0${entry.target ?? ''}\0${entry.size}\0`);
    if (entry.type === 'file') hash.update(await readFile(join(directory, entry.path)));
  }
  hash.update('\0dkms.conf\0').update(await readFile(confFile));
  return hash.digest('hex');
}
