import { join } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';

/**
 * The name of the file in debian/ or rpm/ in which init stores its options and the checksums of the files that it
 * wrote.
 */
export const MANIFEST = '.dkms-deb.json';

/** The value in the `files` of MANIFEST for a file that init found and did not write. It replaces the checksum. */
export const NOT_MADE_BY_INIT = 'not made by init';

/**
 * Returns the paths of init's --allow-file, read from MANIFEST in the directory `debian`: files that may be packed
 * although they contain a private key. Returns [] if MANIFEST cannot be read.
 */
export async function allowedFiles(debian: string): Promise<string[]> {
  const text = await readTreeText(join(debian, MANIFEST)).catch(() => '{}');
  try {
    const { choices } = JSON.parse(text) as { choices?: { allowFiles?: unknown } };
    const { allowFiles } = choices ?? {};
    return Array.isArray(allowFiles) ? allowFiles.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}
