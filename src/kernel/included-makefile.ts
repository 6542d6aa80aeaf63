import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the path of the Makefile that a headers directory's own Makefile includes: that of Debian's -common
 * package, or that of the kernel source for a build directory made with O=. Returns undefined if it includes none.
 */
export async function includedMakefile(headersDirectory: string): Promise<string | undefined> {
  const makefile = await readFile(join(headersDirectory, 'Makefile'), 'utf8');
  return /^include\s+(\/\S+)/m.exec(makefile)?.[1];
}
