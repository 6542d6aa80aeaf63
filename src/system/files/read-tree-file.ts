import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '../../errors.ts';

/** What is read of a file of a tree where nothing else is said: more is no text that a person wrote. */
export const LARGEST_TEXT = 16 * 1024 * 1024;

/**
 * Reads a file of a stranger's tree: a regular file alone, whatever links lead to it, and no more than
 * `most` bytes. A fifo does not make us wait, a device does not feed us without end. InputError
 * `special-file`, `file-too-large`; other errors are node's.
 */
export async function readTreeFile(file: string, most: number = LARGEST_TEXT): Promise<Buffer> {
  const handle = await openTreeFile(file);
  try {
    const { size } = await handle.stat();
    if (size > most) {
      throw new InputError('file-too-large', `the file has ${size} bytes; ${most} are read`, {
        where: { file },
        hint: 'Look what it is: no text that a person wrote is that long.',
      });
    }
    return await readUpTo(handle, Math.min(size, most));
  } finally {
    await handle.close();
  }
}

/** The first `length` bytes of a file of a tree, as readTreeFile. */
export async function readTreeFileStart(file: string, length: number): Promise<Buffer> {
  const handle = await openTreeFile(file);
  try {
    return await readUpTo(handle, length);
  } finally {
    await handle.close();
  }
}

/** Opens it without waiting for a writer, and without becoming a terminal's process. */
async function openTreeFile(file: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    // A socket cannot be opened at all.
    if (error.code === 'ENXIO') throw special(file);
    throw error;
  });
  const found = await handle.stat();
  if (found.isFile()) return handle;
  await handle.close();
  if (!found.isDirectory()) throw special(file);
  throw Object.assign(new Error(`EISDIR: ${file} is a directory`), {
    code: 'EISDIR',
    syscall: 'read',
    path: file,
  });
}

async function readUpTo(handle: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(buffer, at, length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

function special(file: string): InputError {
  return new InputError('special-file', 'this is no regular file', {
    where: { file },
    hint: 'Look what it is: only regular files of a tree are read.',
  });
}

/** The text of a file of a tree, as readTreeFile. */
export async function readTreeText(
  file: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<string> {
  return (await readTreeFile(file)).toString(encoding);
}
