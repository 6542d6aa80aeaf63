import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '../../errors.ts';
import { leadsOut } from './tree-bounds.ts';

/**
 * The largest file of a tree that is read by default, in bytes. A larger one is an error: a text that a person wrote is
 * never larger.
 */
export const LARGEST_TEXT = 16 * 1024 * 1024;

/**
 * Reads a file of an untrusted tree. Symbolic links are followed. Only a regular file of at most `most` bytes is read,
 * because a FIFO would block, and a device may never end. Throws InputError `special-file`, `file-too-large` or
 * `link-out` (tree-bounds.ts), and the errors of Node.
 */
export async function readTreeFile(file: string, most: number = LARGEST_TEXT): Promise<Buffer> {
  const handle = await openTreeFile(file);
  try {
    const { size } = await handle.stat();
    if (size > most) {
      throw new InputError(
        'file-too-large',
        `the file has ${size} bytes, more than the limit of ${most}`,
        {
          where: { file },
          hint: 'Check the file: a text of this kind is never that long.',
        },
      );
    }
    return await readUpTo(handle, Math.min(size, most));
  } finally {
    await handle.close();
  }
}

/**
 * Reads the first `length` bytes of a file of an untrusted tree, or all bytes if the file is shorter. The file may have
 * any size; the other checks are those of readTreeFile.
 */
export async function readTreeFileStart(file: string, length: number): Promise<Buffer> {
  const handle = await openTreeFile(file);
  try {
    return await readUpTo(handle, length);
  } finally {
    await handle.close();
  }
}

/**
 * Opens a regular file. O_NONBLOCK prevents a FIFO from blocking, and O_NOCTTY prevents a terminal from becoming the
 * controlling terminal of this process.
 */
async function openTreeFile(file: string): Promise<FileHandle> {
  if (await leadsOut(file)) {
    throw new InputError('link-out', 'this is a link that leads out of the tree', {
      where: { file },
      hint: 'Replace the link by the file itself, or by a link to a file of the tree.',
    });
  }
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    // ENXIO: the file is a socket, which cannot be opened at all.
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
  return new InputError('special-file', 'this is not a regular file', {
    where: { file },
    hint: 'Put a regular file in its place: dkms-deb reads no other files of a tree.',
  });
}

/** Reads a text file of an untrusted tree, with the checks of readTreeFile. */
export async function readTreeText(
  file: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<string> {
  return (await readTreeFile(file)).toString(encoding);
}
