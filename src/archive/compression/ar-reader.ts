import { constants, type FileHandle, open } from 'node:fs/promises';
import { ArchiveError, SystemError } from '../../errors.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { showPath } from '../bytes/path-bytes.ts';
import { AR_HEADER_BYTES, AR_MAGIC, type ArMember, parseArHeader } from './ar-header.ts';

/** A member and the position of its content in the file. */
export interface LocatedMember extends ArMember {
  /** The position of the content: its distance from the beginning of the file, in bytes. */
  readonly offset: number;
}

/**
 * The most members that an archive may have. An archive with more is refused. A .deb has three members, and seldom one
 * or two signatures in addition.
 */
const MOST_MEMBERS = 100;

/**
 * Returns the members of an ar archive (ar(5), deb(5)) in their order. Throws ArchiveError `not-an-archive` for a file
 * that is not an ar archive or has more than MOST_MEMBERS members, ArchiveError `truncated` if a member reaches past
 * the end of the file, and SystemError `file-unreadable`.
 */
export async function readArMembers(path: string): Promise<LocatedMember[]> {
  const file = await openArchive(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw notArchive(path, 'it is not a regular file');
    const magic = await readAt(file, 0, AR_MAGIC.length);
    if (magic.toString('latin1') !== AR_MAGIC) throw notArchive(path, 'it is not an ar archive');
    const members: LocatedMember[] = [];
    for (let at = AR_MAGIC.length; at < stat.size; ) {
      const header = parseArHeader(await readAt(file, at, AR_HEADER_BYTES));
      if (header === undefined) throw notArchive(path, `it has no member header at byte ${at}`);
      const offset = at + AR_HEADER_BYTES;
      if (offset + header.size > stat.size) throw truncated(path, header.name);
      members.push({ ...header, offset });
      if (members.length > MOST_MEMBERS) {
        throw notArchive(path, `it has more than ${MOST_MEMBERS} members`);
      }
      at = offset + header.size + (header.size % 2);
    }
    return members;
  } finally {
    await file.close();
  }
}

/** Returns the first `most` bytes of a member, or all if it has fewer. Throws SystemError `file-unreadable`. */
export async function readMemberStart(
  path: string,
  member: LocatedMember,
  most: number,
): Promise<Buffer> {
  const file = await openArchive(path);
  try {
    return await readAt(file, member.offset, Math.min(member.size, most));
  } finally {
    await file.close();
  }
}

async function openArchive(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a fifo would wait for a writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new SystemError(
      'file-unreadable',
      code === 'ENOENT'
        ? 'no such file or directory'
        : `the file cannot be read: ${causeOf(cause)[0]}`,
      {
        where: { file: path },
        cause,
      },
    );
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function notArchive(path: string, why: string): ArchiveError {
  return new ArchiveError('not-an-archive', `this is not a Debian package: ${why}`, {
    hint: 'Give a .deb file.',
    where: { file: path },
  });
}

function truncated(path: string, member: string): ArchiveError {
  const message = `the file ends in the middle of ${showPath(member)}`;
  return new ArchiveError('truncated', message, {
    hint: 'Fetch or build the package again.',
    where: { file: path },
  });
}
