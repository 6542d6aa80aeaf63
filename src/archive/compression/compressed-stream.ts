import { type FileHandle, open } from 'node:fs/promises';
import { ArchiveError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';
import type { LocatedMember } from './ar-reader.ts';

type ReadAt = (position: number, length: number) => Promise<Buffer>;

const MOST_INDEX_BYTES = 16 * 1024 ** 2;

/**
 * For each file extension, a function that returns the length in bytes of the first stream of a member (.xz: of the
 * last stream). If this is the size of the member, the member is accepted. The function returns -1 for a stream that is
 * visibly damaged, and undefined for another format. gzipLength and bzip2Length check less: see there.
 */
const LENGTHS: Readonly<
  Record<string, (read: ReadAt, size: number) => Promise<number | undefined>>
> = { '.xz': xzLength, '.zst': zstdLength, '.bz2': bzip2Length, '.gz': gzipLength };

/**
 * Throws ArchiveError `damaged` unless a compressed member is exactly one stream of its format. If a second stream
 * follows, programs unpack different contents: dpkg-deb stops after the first stream of xz, zstd or bzip2
 * (lib/dpkg/compress.c), but the programs xz, zstd and bzip2 continue. A member in gzip may have several streams (see
 * gzipLength). This check does not notice bytes after a stream of bzip2 that are not a stream. It does not check a
 * .lzma member.
 */
export async function checkOneStream(
  path: string,
  member: LocatedMember,
  extension: string,
): Promise<void> {
  const measure = LENGTHS[extension];
  if (measure === undefined) return;
  const file = await open(path);
  try {
    const length = await measure(reader(file, member), member.size);
    if (length === member.size) return;
    const what =
      length === undefined
        ? 'does not have the format of its extension'
        : length < 0 || length > member.size
          ? 'is cut off or damaged, or has other bytes after its compressed stream'
          : 'has more than one compressed stream, or other bytes after it';
    throw new ArchiveError('damaged', `${showPath(member.name)} ${what}`, {
      hint: 'Build the package again with dpkg-deb or dkms-deb.',
      where: { file: path },
    });
  } finally {
    await file.close();
  }
}

function reader(file: FileHandle, { offset, size }: LocatedMember): ReadAt {
  return async (position, length) => {
    const most = Math.max(0, Math.min(length, size - position));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, offset + position);
    return buffer.subarray(0, bytesRead);
  };
}

/**
 * Computes the length of the last stream from the index at its end (xz file format, 2.1.2 and 4). The index has a few
 * bytes for each block, and a block has a megabyte or more. So an index with more than MOST_INDEX_BYTES is damaged.
 */
async function xzLength(read: ReadAt, size: number): Promise<number | undefined> {
  const footer = await read(size - 12, 12);
  const head = await read(0, 6);
  if (head.toString('latin1') !== '\xfd7zXZ\0' || footer.length < 12) return undefined;
  if (footer.toString('latin1', 10) !== 'YZ') return -1;
  const indexLength = (footer.readUInt32LE(4) + 1) * 4;
  if (indexLength + 24 > size || indexLength > MOST_INDEX_BYTES) return -1;
  const index = await read(size - 12 - indexLength, indexLength);
  let at = 1;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 63 && at < index.length; shift += 7) {
      const byte = index[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  let length = 12 + indexLength + 12;
  for (let records = next(); records > 0; records--) {
    const unpadded = next();
    next();
    length += Math.ceil(unpadded / 4) * 4;
    if (at >= index.length) return -1;
  }
  return length;
}

/** Adds up the parts of a frame: the header, blocks with their lengths, and an optional checksum (RFC 8878, 3.1.1). */
async function zstdLength(read: ReadAt, size: number): Promise<number | undefined> {
  const head = await read(0, 5);
  if (head.length < 5 || head.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const descriptor = head[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let at = 5 + (single ? 0 : 1) + dictionary + contentSize;
  for (let last = false; !last; ) {
    const block = await read(at, 3);
    if (block.length < 3) return -1;
    const header = block.readUIntLE(0, 3);
    last = (header & 1) === 1;
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
    if (at > size) return -1;
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4);
}

/**
 * Returns the position of a second stream; `size` without a second stream; undefined if the member does not begin with
 * a stream. bzip2 stores no length, so the function searches for the 10 bytes that begin a stream.
 */
async function bzip2Length(read: ReadAt, size: number): Promise<number | undefined> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern contains them.
  const start = /BZh[1-9](?:1AY&SY|\x17rE8P\x90)/g;
  const piece = 1024 * 1024;
  for (let at = 0; at < size; at += piece) {
    const bytes = (await read(at, piece + 9)).toString('latin1');
    for (const { index } of bytes.matchAll(start)) if (at + index > 0) return at + index;
    if (at === 0 && bytes.search(start) !== 0) return undefined;
  }
  return size;
}

/**
 * Returns `size` if the member begins like gzip, else undefined: the program gzip would also decompress other formats,
 * which dpkg does not know. Several gzip streams are allowed, because both dpkg's zlib and the program gzip read all of
 * them.
 */
async function gzipLength(read: ReadAt, size: number): Promise<number | undefined> {
  return (await read(0, 3)).equals(Buffer.from([0x1f, 0x8b, 8])) ? size : undefined;
}
