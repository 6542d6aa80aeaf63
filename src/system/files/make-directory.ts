import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory with its parents, or finds it there. For each one that a person or the environment
 * names: Node's own recursive mkdir never comes back from below /proc. Errors: those of mkdir.
 */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await makeOne(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error;
    await makeDirectory(dirname(directory));
    await makeOne(directory);
  }
}

/** Another process, or another of our kernels, may make it at the same time. */
async function makeOne(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !(await stat(directory)).isDirectory()) throw error;
  }
}
