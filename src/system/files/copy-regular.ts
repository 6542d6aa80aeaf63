import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { InputError } from '../../errors.ts';

/**
 * copyRegular copies a file with more bytes than this asynchronously, so that this process can answer signals
 * meanwhile.
 */
const LARGE_BYTES = 1024 * 1024;

/** The flags for open(2). With O_NONBLOCK, opening does not wait for a writer if a fifo has replaced the file. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const buffer = Buffer.allocUnsafe(LARGE_BYTES);

/**
 * Copies a regular file to a new file. Small files are copied synchronously, which takes a fifth of the time. `mode` is
 * the mode of the copy of a small file, less the umask. The copy of a large file gets the mode of `source`, so the
 * caller must set the mode. Throws InputError `special-file` if the file is no longer regular, and the errors of Node
 * (ELOOP if the file has become a link).
 */
export async function copyRegular(source: string, target: string, mode: number): Promise<void> {
  const descriptor = openRegular(source);
  try {
    const isSmall = fstatSync(descriptor).size <= LARGE_BYTES;
    if (isSmall) copySmall(descriptor, target, mode);
    else await copyFile(pathOf(descriptor), target, constants.COPYFILE_FICLONE);
  } finally {
    closeSync(descriptor);
  }
}

/** Does the same as copyRegular, but always synchronously. By default a small file also keeps its mode. */
export function copyRegularNow(source: string, target: string, mode?: number): void {
  const descriptor = openRegular(source);
  try {
    const stat = fstatSync(descriptor);
    if (stat.size <= LARGE_BYTES) copySmall(descriptor, target, mode ?? stat.mode);
    else copyFileSync(pathOf(descriptor), target, constants.COPYFILE_FICLONE);
  } finally {
    closeSync(descriptor);
  }
}

function openRegular(source: string): number {
  const descriptor = openSync(source, FLAGS);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw special(source);
}

/**
 * Returns a path that leads to the open file, even if the name of the file now leads to another file. With this
 * path, file systems can let the file and its copy share blocks.
 */
function pathOf(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

function copySmall(descriptor: number, target: string, mode: number): void {
  let size = 0;
  for (let count = -1; count !== 0 && size < buffer.length; size += count) {
    count = readSync(descriptor, buffer, size, buffer.length - size, size);
  }
  writeFileSync(target, buffer.subarray(0, size), { mode });
}

function special(file: string): InputError {
  return new InputError('special-file', 'this is not a regular file any more', {
    where: { file },
    hint: 'Wait until no program changes the tree, and run the command again.',
  });
}
