import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SystemError } from '../errors.ts';
import { registerTemporary, releaseTemporary } from './cleanup.ts';

/** Makes the output directory if it is missing; SystemError `output-directory` where it cannot be written. */
export async function prepareOutputDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new SystemError('output-directory', `cannot write into ${directory} (${code})`, {
      hint: 'Choose another directory with -o DIR.',
      cause,
    });
  }
}

/**
 * Writes `target` by way of a temporary name beside it: `write` fills the temporary file, which
 * is then renamed. Whatever stops us, a half file never has the final name.
 */
export async function writeWhole(
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  registerTemporary(temporary);
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true, recursive: true });
    throw error;
  } finally {
    releaseTemporary(temporary);
  }
}
