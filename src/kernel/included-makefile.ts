import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the Makefile that the Makefile of a headers directory includes: that of Debian's -common,
 * or that of the kernel source for an O= directory. Returns undefined if it includes none.
 */
export async function includedMakefile(headersDirectory: string): Promise<string | undefined> {
  const makefile = await readFile(join(headersDirectory, 'Makefile'), 'utf8');
  return /^include\s+(\/\S+)/m.exec(makefile)?.[1];
}
