import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The Makefile that a headers directory's own includes: of Debian's -common, or of the source of a
 * kernel's O= directory; undefined for headers that are whole by themselves.
 */
export async function includedMakefile(headersDirectory: string): Promise<string | undefined> {
  const makefile = await readFile(join(headersDirectory, 'Makefile'), 'utf8');
  return /^include\s+(\/\S+)/m.exec(makefile)?.[1];
}
