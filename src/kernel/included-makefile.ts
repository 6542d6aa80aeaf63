import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the path of the Makefile that the Makefile of a headers directory includes. The included Makefile is in
 * Debian's -common package, or in the kernel source of a build directory made with O=. Returns undefined if no Makefile
 * is included by an absolute path. Throws Node's error if the headers have no Makefile.
 */
export async function includedMakefile(headersDirectory: string): Promise<string | undefined> {
  const makefile = await readFile(join(headersDirectory, 'Makefile'), 'utf8');
  return /^include\s+(\/\S+)/m.exec(makefile)?.[1];
}
