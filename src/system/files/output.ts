import { access, constants, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { registerTemporary, releaseTemporary, removeLeftovers } from '../process/cleanup.ts';
import { ownerMark } from '../process/leftovers.ts';
import { diskFull, type PlaceChoice, registerOutput, registerPlace } from '../process/no-room.ts';
import { causeOf } from '../process/refusal.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Makes the output directory if it is missing. `choice` is the option that names the directory. Throws SystemError
 * `output-directory` if the directory cannot be made or written to.
 */
export async function prepareOutputDirectory(
  directory: string,
  choice: PlaceChoice = '-o DIR',
): Promise<void> {
  registerPlace(directory, choice);
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const isFile = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const why = isFile ? 'it is not a directory' : causeOf(cause)[0];
    throw new SystemError('output-directory', `cannot write into ${directory}: ${why}`, {
      hint: `Choose another directory with ${choice}.`,
      cause,
    });
  }
}

/**
 * Writes the file `target`. `write` writes a temporary file into the same directory. This file is then renamed to
 * `target`. An interrupted run therefore never leaves an incomplete file with the final name. Throws SystemError
 * `disk-full`, or `cannot-write` if the operating system refuses; other errors of `write` are passed on.
 */
export async function writeWhole(
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const place = dirname(target);
  registerOutput(place);
  await removeLeftovers(place);
  const temporary = join(place, temporaryName(target));
  registerTemporary(temporary);
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    const explained = refusal(target, error);
    await rm(temporary, { force: true, recursive: true });
    throw explained;
  } finally {
    releaseTemporary(temporary);
  }
}

function temporaryName(target: string): string {
  return `.${basename(target)}.${ownerMark()}.tmp`;
}

/** The most bytes that the name of a file may have (limits.h, NAME_MAX). A longer name is an error. */
const MOST_NAME_BYTES = 255;

/** Throws SystemError `cannot-write` for a file with a name so long that writeWhole cannot write it. */
export function checkOutputName(name: string): void {
  const length = Buffer.byteLength(temporaryName(name));
  if (length <= MOST_NAME_BYTES) return;
  const most = MOST_NAME_BYTES - (length - Buffer.byteLength(name));
  throw new SystemError(
    'cannot-write',
    `cannot write ${name.slice(0, 60)}…: its name has over ${most} bytes`,
    { hint: 'Shorten the name or the version of the driver.' },
  );
}

/** Converts an error of the operating system (ENOSPC, EACCES, …) to a SystemError. Returns other errors unchanged. */
function refusal(target: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || error instanceof DkmsDebError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error, { place: dirname(target) });
  const [why, hint] = causeOf(error);
  return new SystemError('cannot-write', `cannot write ${target}: ${why}`, { hint, cause: error });
}
