import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { causeOf } from './refusal.ts';

/**
 * The directories into which this process writes. An error of write(2) does not name a path. If a disk is full, the
 * directory on this disk is therefore searched here.
 */
const places = new Map<string, PlaceChoice | undefined>();

/** The option or environment variable with which the user can choose another directory. */
export type PlaceChoice =
  | '-o DIR'
  | '-o FILE'
  | '--request DIR'
  | '--repo DIR'
  | '--store DIR'
  | 'TMPDIR';

/**
 * Registers a directory for results or unfinished work, together with the option or variable by which the user can
 * choose another directory. The hint of the error `disk-full` names this option or variable.
 */
export function registerPlace(directory: string, choice: PlaceChoice): void {
  places.set(resolve(directory), choice);
}

/**
 * Registers a directory into which files are written, and for which there is no option or variable. If it is in a
 * directory of registerPlace, the choice of that directory stays valid.
 */
export function registerOutput(directory: string): void {
  const place = resolve(directory);
  if (choiceOf(place) === undefined) places.set(place, undefined);
}

/** Matches messages of tools about a full disk. tar and the assembler only report that a write was incomplete. */
const TOLD =
  /No space left on device|Disk quota exceeded|tar: .*Wrote only \d+ of|can't write \d+ bytes to section/;

/** Whether a tool's output says that a disk is full. */
export function toldOfNoRoom(output: string): boolean {
  return TOLD.test(output);
}

/**
 * Throws SystemError `disk-full` if the output of a tool says that a disk is full, because the failure then shows
 * nothing about the driver.
 */
export function refuseFullDisk(output: string): void {
  const told = output.split('\n').filter(toldOfNoRoom);
  if (told.length > 0) throw diskFull(undefined, { output: told.slice(-5) });
}

/** gpg cannot make a keyring if fewer bytes than these are free. */
const LEAST_ROOM = 32 * 1024;

/**
 * Throws SystemError `disk-full` if the file system of `place` has less free space than LEAST_ROOM. For tools such as
 * gpg, which do not say why they cannot write. `output` are lines of the tool.
 */
export function refuseWithoutRoom(place: string, output: readonly string[]): void {
  if ((roomIn(place) ?? LEAST_ROOM) < LEAST_ROOM) throw diskFull(undefined, { place, output });
}

/** Whether an error is the one for a full disk. Such an error must not be taken for an answer about the driver. */
export function isFullDisk(error: unknown): boolean {
  return error instanceof DkmsDebError && error.code === 'disk-full';
}

/**
 * Converts an error about writing. ENOSPC, EDQUOT, and the failure of a tool (`tool-failed`) whose output or the free
 * space shows a full disk, become SystemError `disk-full`. It names the path of the error, or without a path the
 * registered directory with the least free space. EFBIG becomes `write-limit`. Other errors are returned unchanged.
 * Must be called before unfinished work is removed, because the free space is checked.
 */
export function explainNoRoom(error: unknown): unknown {
  const { code, path, dest } = (error ?? {}) as NodeJS.ErrnoException & { dest?: string };
  if (error instanceof DkmsDebError) {
    if (error.code !== 'tool-failed') return error;
    // The free space is checked, because some tools, such as strip, do not say why they cannot write.
    const full = toldOfNoRoom(error.output.join('\n')) || roomIn(fullest() ?? '/') === 0;
    // Only the last lines are kept, because cp writes a line for each file.
    return full ? diskFull(error, { output: error.output.slice(-3) }) : error;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error, { place: dest ?? path });
  return code === 'EFBIG' ? fileTooLarge(error, dest ?? path) : error;
}

/**
 * Returns the error for a file that is larger than RLIMIT_FSIZE allows (setrlimit(2)). The command `ulimit -f` of a
 * shell sets this limit.
 */
export function fileTooLarge(cause: unknown, place?: string): SystemError {
  const [why, hint] = causeOf({ code: 'EFBIG' });
  return new SystemError(
    'write-limit',
    `${place === undefined ? 'a' : 'the'} file cannot be written: ${why}`,
    {
      ...(place !== undefined && { where: { file: place } }),
      hint,
      cause,
    },
  );
}

/** Returns the error for a full disk. */
export function diskFull(
  cause: unknown,
  about: { readonly place?: string | undefined; readonly output?: readonly string[] } = {},
): SystemError {
  const place = about.place ?? fullest();
  const choice = place === undefined ? undefined : choiceOf(resolve(place));
  return new SystemError('disk-full', 'no space left on device', {
    ...(place !== undefined && { where: { file: place } }),
    output: about.output ?? [],
    hint: `Free some disk space${otherPlace(choice)}.`,
    cause,
  });
}

function otherPlace(choice: PlaceChoice | undefined): string {
  if (choice === undefined) return '';
  return choice === 'TMPDIR'
    ? ', or set TMPDIR to a directory with free space'
    : `, or choose another directory with ${choice}`;
}

/**
 * Returns the option or variable by which the user can choose another directory instead of `place`. It is the one that
 * was registered with the innermost directory that contains `place`. Returns undefined if no option or variable
 * was registered with it.
 */
function choiceOf(place: string): PlaceChoice | undefined {
  const around = [...places.keys()].filter((one) => place === one || place.startsWith(`${one}/`));
  return places.get(around.sort((a, b) => b.length - a.length)[0] ?? '');
}

/** Returns the registered directory with the least free space. */
function fullest(): string | undefined {
  let found: { place: string; room: number } | undefined;
  for (const place of places.keys()) {
    const room = roomIn(place);
    if (room !== undefined && (found === undefined || room < found.room)) found = { place, room };
  }
  return found?.place;
}

/**
 * Returns the number of free bytes in the file system of a directory. Returns 0 if no file can be created because there
 * is no free inode, and undefined if the number is unknown.
 */
export function roomIn(directory: string): number | undefined {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(directory);
    return files > 0 && ffree === 0 ? 0 : bavail * bsize;
  } catch {
    return undefined;
  }
}
