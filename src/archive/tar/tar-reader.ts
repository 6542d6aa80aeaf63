import { ArchiveError } from '../../errors.ts';
import { ByteSource } from '../bytes/byte-source.ts';
import { decodePath, showPath } from '../bytes/path-bytes.ts';
import { checkPath, MOST_PATH_BYTES, ROOT } from '../staged/staged-path.ts';
import { isZero, parseTarBlock, type TarBlock, text } from './tar-block.ts';
import { TAR_BLOCK } from './tar-header.ts';

export type TarType =
  | 'file'
  | 'directory'
  | 'hardlink'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'fifo';

/** An entry as the archive has it. */
export interface TarEntry {
  readonly type: TarType;
  /** Without ./ in front and / at the end; `.` is the root. Hard link targets likewise. */
  readonly path: string;
  /** The name as it is written. */
  readonly memberName: string;
  /** As written: more than 07777 means that type bits are there, too. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes. */
  readonly size: number;
  /** Of links; a symlink's target is as it is written. */
  readonly target?: string;
}

export interface TarEntryWithContent {
  readonly entry: TarEntry;
  /** Must be read before the next entry is asked for; what is not read is skipped. */
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
  M: 'a GNU file that continues',
  D: 'a GNU dump directory',
  X: 'a Solaris header',
  A: 'a Solaris ACL',
};

/** Kernels have some 20 000 files. */
const MOST_ENTRIES = 1_000_000;
/** symlink(2) takes PATH_MAX bytes with a NUL. */
const MOST_TARGET_BYTES = 4095;
/** GNU tar fills up 10 KiB, others more. */
const MOST_END_BYTES = 16 * 1024 ** 2;

/**
 * The entries of a tar archive (ustar and GNU, what dpkg reads). It is strict where programs differ:
 * what it gives is what dpkg unpacks. ArchiveError `tar-format` for what dpkg refuses (PAX headers,
 * unknown types, bad numbers) or could read otherwise, `path-not-allowed` for absolute, `..` and
 * overlong names, `damaged` for an archive that is broken or ends too early, `too-large`.
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

/** What follows a header, and its padding. */
class Content implements AsyncIterable<Buffer> {
  readonly #source: ByteSource;
  readonly #name: string;
  readonly #padding: number;
  #left: number;

  constructor(source: ByteSource, { size, memberName }: TarEntry) {
    this.#source = source;
    this.#name = memberName;
    this.#left = size;
    this.#padding = padding(size);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (this.#left > 0) {
      const piece = await this.#source.piece(this.#left);
      if (piece === undefined) throw damaged(`it ends in the middle of ${showPath(this.#name)}`);
      this.#left -= piece.length;
      yield piece;
    }
  }

  /** Reads on to the next header. */
  async skip(): Promise<void> {
    for await (const _ of this);
    const rest = await this.#source.read(this.#padding);
    if (rest.length < this.#padding) throw damaged(`it ends behind ${showPath(this.#name)}`);
  }
}

/** The next entry, with the GNU long name or link target before it; undefined at the archive's end. */
async function readEntry(source: ByteSource): Promise<TarEntry | undefined> {
  let longName: Buffer | undefined;
  let longLink: Buffer | undefined;
  for (;;) {
    const bytes = await source.read(TAR_BLOCK);
    if (bytes.length < TAR_BLOCK) throw damaged('it ends without an end mark');
    if (isZero(bytes)) {
      if (longName !== undefined || longLink !== undefined) {
        throw badFormat('', 'a long name without an entry');
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

/** The record that GNU tar writes for a name of more than 100 bytes: the text and one NUL. */
async function readLong(source: ByteSource, block: TarBlock, most: number): Promise<Buffer> {
  if (block.size < 2) throw badFormat('', 'an empty long name');
  if (block.size > most + 1) throw tooLong(`of ${block.size} bytes`);
  const bytes = await source.read(block.size + padding(block.size));
  if (bytes.length < block.size) throw damaged('it ends in a long name');
  const name = bytes.subarray(0, block.size - 1);
  if (bytes[block.size - 1] !== 0 || name.includes(0)) {
    throw badFormat(decodePath(name), 'a long name that does not end where it says');
  }
  return name;
}

/** Nothing but zeros may follow: dpkg stops at the first zero block, other programs do not. */
async function readEnd(source: ByteSource): Promise<void> {
  let left = MOST_END_BYTES;
  for (;;) {
    const piece = await source.piece(left);
    if (piece === undefined) return;
    if (!isZero(piece)) throw badFormat('', 'more behind its end mark');
    left -= piece.length;
    if (left === 0) throw tooLarge('it has zeros without end');
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
    if (longLink !== undefined) throw badFormat(memberName, 'a link target, and is not a link');
    return entry;
  }
  const target = decodePath(longLink ?? block.linkName);
  if (target === '') throw badFormat(memberName, 'no link target');
  return { ...entry, target: type === 'hardlink' ? pathOf(target, 'file') : target };
}

/** `./usr/` is `usr`; what is absolute or has `..` is refused, and a / at the end of a file. */
function pathOf(name: string, type: TarType): string {
  if (name === './' || name === '.') {
    if (type === 'directory') return ROOT;
    throw badFormat(name, `a ${type} instead of the root directory`);
  }
  const path = name.replace(/^\.\//, '');
  if (!path.endsWith('/')) return checkPath(path);
  if (type !== 'directory') throw badFormat(name, 'a / at the end, and is not a directory');
  return checkPath(path.slice(0, -1));
}

function padding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

function badFormat(name: string, what: string): ArchiveError {
  const subject = name === '' ? 'the tar archive' : showPath(name);
  return new ArchiveError('tar-format', `${subject} has ${what}`, {
    hint: 'Build the package again with dpkg-deb or dkms-deb.',
  });
}

function tooLong(what: string): ArchiveError {
  return new ArchiveError('path-not-allowed', `the tar archive has a name ${what}`, {
    hint: `Give it at most ${MOST_PATH_BYTES} bytes: dpkg cannot unpack more.`,
  });
}

function tooLarge(why: string): ArchiveError {
  return new ArchiveError('too-large', `the tar archive is too large: ${why}`, {
    hint: 'Fetch the package again from where you trust it.',
  });
}

function damaged(why: string): ArchiveError {
  return new ArchiveError('damaged', `the tar archive is damaged: ${why}`, {
    hint: 'Fetch or build the package again.',
  });
}
