import { access, constants, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { registerTemporary, releaseTemporary, removeLeftovers } from '../process/cleanup.ts';
import { ownerMark } from '../process/leftovers.ts';
import { makeDirectory } from './make-directory.ts';

/** Makes the output directory if it is missing; SystemError `output-directory` where it cannot be written. */
export async function prepareOutputDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
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
 * is then renamed. Whatever stops us, a half file never has the final name. SystemError
 * `cannot-write` where the operating system refuses.
 */
export async function writeWhole(
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(dirname(target));
  const temporary = join(dirname(target), `.${basename(target)}.${ownerMark()}.tmp`);
  registerTemporary(temporary);
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true, recursive: true });
    throw refusal(target, error);
  } finally {
    releaseTemporary(temporary);
  }
}

/** ENOSPC, EACCES … as an error for people; anything else as it is. */
function refusal(target: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || error instanceof DkmsDebError) return error;
  return new SystemError('cannot-write', `cannot write ${target} (${code})`, {
    ...(code === 'ENOSPC'
      ? { hint: 'Make room on the disk, or choose another one with -o DIR.' }
      : {}),
    cause: error,
  });
}
