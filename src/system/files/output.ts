import { access, constants, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { registerTemporary, releaseTemporary, removeLeftovers } from '../process/cleanup.ts';
import { ownerMark } from '../process/leftovers.ts';
import { makeDirectory } from './make-directory.ts';

/** Makes the output directory if it is missing. Throws SystemError `output-directory` if it is not writable. */
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
 * Writes `target` through a temporary file beside it: `write` fills the temporary file, which is then
 * renamed. An interrupted run therefore never leaves an incomplete file under the final name. Throws
 * SystemError `cannot-write` if the operating system refuses.
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

/** Turns an error of the operating system (ENOSPC, EACCES, …) into a SystemError; returns others unchanged. */
function refusal(target: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || error instanceof DkmsDebError) return error;
  return new SystemError('cannot-write', `cannot write ${target} (${code})`, {
    ...(code === 'ENOSPC'
      ? { hint: 'Free some disk space, or choose another directory with -o DIR.' }
      : {}),
    cause: error,
  });
}
