import { ArchiveError } from '../../errors.ts';
import { ByteSource } from '../bytes/byte-source.ts';
import { decodePath, showPath } from '../bytes/path-bytes.ts';
import { checkPath, MOST_PATH_BYTES, ROOT } from '../staged/staged-path.ts';
import { isZero, parseTarBlock, type TarBlock, text } from './tar-block.ts';
import { paddingTo, TAR_BLOCK } from './tar-header.ts';

export type TarType =
  | 'file'
  | 'directory'
  | 'hardlink'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'fifo';

/** An entry of a tar archive. */
export interface TarEntry {
  readonly type: TarType;
  /** The path without a leading ./ and a trailing /. The root is `.`. */
  readonly path: string;
  /** The name as it is in the archive, unchanged. */
  readonly memberName: string;
  /** The mode as it is in the archive, unchanged. A value above 07777 includes file type bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** The time stamp of the entry, in seconds since 1970. */
  readonly mtime: number;
  /** The size of the content, in bytes. */
  readonly size: number;
  /** The target of a link: for a symlink as it is in the archive; for a hard link in the same form as `path`. */
  readonly target?: string;
}

export interface TarEntryWithContent {
  readonly entry: TarEntry;
  /** The content. It can be read until the next entry is requested. */
  readonly content: AsyncIterable<Buffer>;
}

const TYPES: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};
const KINDS: Readonly<Record<string, string>> = {
  x: 'a PAX header',
  g: 'a global PAX header',
  S: 'a GNU sparse file',
  V: 'a GNU volume header',
  M: 'a GNU file that began in another volume',
  D: 'a GNU dump directory',
  X: 'a Solaris header',
  A: 'a Solaris ACL',
};

/** The most entries of an archive. More are an error. A kernel package has about 20 000. */
const MOST_ENTRIES = 1_000_000;
/** The longest target of a link in bytes (PATH_MAX is 4096 with a NUL). A longer one is an error. */
const MOST_TARGET_BYTES = 4095;
/** The most zero bytes at the end. More are an error. GNU tar writes up to 10 KiB, others more. */
const MOST_END_BYTES = 16 * 1024 ** 2;

/**
 * Yields the entries of a tar archive in ustar or GNU format, the formats that dpkg reads. Throws
 * ArchiveError `tar-format` for an entry that dpkg refuses (a PAX header, an unknown type, a bad
 * number) or that programs read differently, `path-not-allowed` for an absolute path, `..` or a long
 * name, `damaged` for a broken or truncated archive, and `too-large`.
 */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<TarEntryWithContent, void, undefined> {
  const source = new ByteSource(chunks);
  try {
    for (let count = 0; ; count++) {
      if (count > MOST_ENTRIES) throw tooLarge(`it has more than ${MOST_ENTRIES} entries`);
      const entry = await readEntry(source);
      if (entry === undefined) return;
      const content = new Content(source, entry);
      yield { entry, content };
      await content.skip();
    }
  } finally {
    await source.close();
  }
}

/** Reads the content that follows a header, and its padding. */
class Content implements AsyncIterable<Buffer> {
  readonly #source: ByteSource;
  readonly #name: string;
  readonly #padding: number;
  #left: number;

  constructor(source: ByteSource, { size, memberName }: TarEntry) {
    this.#source = source;
    this.#name = memberName;
    this.#left = size;
    this.#padding = paddingTo(TAR_BLOCK, size);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (this.#left > 0) {
      const piece = await this.#source.piece(this.#left);
      if (piece === undefined) throw damaged(`it ends in the middle of ${showPath(this.#name)}`);
      this.#left -= piece.length;
      yield piece;
    }
  }

  /** Skips the remaining content and the padding. */
  async skip(): Promise<void> {
    for await (const _ of this);
    const rest = await this.#source.read(this.#padding);
    if (rest.length < this.#padding) throw damaged(`it ends after ${showPath(this.#name)}`);
  }
}

/** Reads the next entry and the GNU long records before it. Returns undefined at the end of the archive. */
async function readEntry(source: ByteSource): Promise<TarEntry | undefined> {
  let longName: Buffer | undefined;
  let longLink: Buffer | undefined;
  for (;;) {
    const bytes = await source.read(TAR_BLOCK);
    if (bytes.length < TAR_BLOCK) throw damaged('it ends without an end mark');
    if (isZero(bytes)) {
      if (longName !== undefined || longLink !== undefined) {
        throw badFormat('', 'a long name or link target that belongs to no entry');
      }
      await readEnd(source);
      return undefined;
    }
    const block = parseTarBlock(bytes);
    if (typeof block === 'string') throw badFormat(decodePath(text(bytes.subarray(0, 100))), block);
    if (block.typeFlag === 'L' && longName === undefined) {
      longName = await readLong(source, block, MOST_PATH_BYTES + 3);
    } else if (block.typeFlag === 'K' && longLink === undefined) {
      longLink = await readLong(source, block, MOST_TARGET_BYTES);
    } else return toEntry(block, longName, longLink);
  }
}

/**
 * Reads a GNU long record, which GNU tar writes for a name or link target of more than 100 bytes. It ends with a NUL.
 */
async function readLong(source: ByteSource, block: TarBlock, most: number): Promise<Buffer> {
  if (block.size < 2) throw badFormat('', 'an empty long name');
  if (block.size > most + 1) throw tooLong(block);
  const bytes = await source.read(block.size + paddingTo(TAR_BLOCK, block.size));
  if (bytes.length < block.size) throw damaged('it ends in a long name');
  const name = bytes.subarray(0, block.size - 1);
  if (bytes[block.size - 1] !== 0 || name.includes(0)) {
    throw badFormat(decodePath(name), 'a long name with a wrong length');
  }
  return name;
}

/** Reads the bytes after the first block of zeros. They must be zeros: dpkg ignores them, other programs do not. */
async function readEnd(source: ByteSource): Promise<void> {
  let left = MOST_END_BYTES;
  for (;;) {
    const piece = await source.piece(left);
    if (piece === undefined) return;
    if (!isZero(piece)) throw badFormat('', 'more bytes after its end mark');
    left -= piece.length;
    if (left === 0) throw tooLarge(`it has more than ${MOST_END_BYTES} zeros at its end`);
  }
}

function toEntry(block: TarBlock, longName?: Buffer, longLink?: Buffer): TarEntry {
  const memberName = decodePath(longName ?? block.name);
  const type = TYPES[block.typeFlag];
  if (type === undefined) {
    const kind = KINDS[block.typeFlag] ?? `type ${JSON.stringify(block.typeFlag)}`;
    throw badFormat(memberName, `${kind}, which dpkg refuses`);
  }
  if (memberName === '') throw badFormat('', 'an entry without a name');
  if (type !== 'file' && block.size !== 0) {
    throw badFormat(memberName, `a size of ${block.size}, which a ${type} cannot have`);
  }
  const { mode, uid, gid, size, mtime } = block;
  const entry = {
    type,
    path: pathOf(memberName, type),
    memberName,
    mode,
    uid,
    gid,
    owner: decodePath(block.owner),
    group: decodePath(block.group),
    mtime,
    size,
  };
  if (type !== 'hardlink' && type !== 'symlink') {
    if (longLink !== undefined) throw badFormat(memberName, 'a link target, but is not a link');
    return entry;
  }
  const target = decodePath(longLink ?? block.linkName);
  if (target === '') throw badFormat(memberName, 'no link target');
  return { ...entry, target: type === 'hardlink' ? pathOf(target, 'file') : target };
}

/** Returns `usr` for the member name `./usr/`. Refuses an absolute path, `..`, and a file or link ending in `/`. */
function pathOf(name: string, type: TarType): string {
  if (name === './' || name === '.') {
    if (type === 'directory') return ROOT;
    throw badFormat(name, `a ${type} instead of the root directory`);
  }
  const path = name.replace(/^\.\//, '');
  if (!path.endsWith('/')) return checkPath(path);
  if (type !== 'directory') throw badFormat(name, 'a / at its end, but is not a directory');
  return checkPath(path.slice(0, -1));
}

function badFormat(name: string, what: string): ArchiveError {
  const subject = name === '' ? 'the tar archive' : showPath(name);
  return new ArchiveError('tar-format', `${subject} has ${what}`, {
    hint: 'Build the package again with dpkg-deb or dkms-deb.',
  });
}

/** Returns the error for a GNU long record that is too long. The size of the record includes a NUL. */
function tooLong({ typeFlag, size }: TarBlock): ArchiveError {
  const isLink = typeFlag === 'K';
  const [what, most] = isLink ? ['link target', MOST_TARGET_BYTES] : ['name', MOST_PATH_BYTES];
  const message = `the tar archive has a ${what} of ${size - 1} bytes`;
  return new ArchiveError('path-not-allowed', message, {
    hint: `Shorten the ${what} to at most ${most} bytes: dpkg cannot unpack a longer one.`,
  });
}

function tooLarge(why: string): ArchiveError {
  return new ArchiveError('too-large', `the tar archive is too large: ${why}`, {
    hint: 'Fetch the package again from a place that you trust.',
  });
}

function damaged(why: string): ArchiveError {
  return new ArchiveError('damaged', `the tar archive is damaged: ${why}`, {
    hint: 'Fetch or build the package again.',
  });
}
