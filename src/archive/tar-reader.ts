import { type Extract, extract, type Header } from 'tar-stream';
import { ArchiveError, DkmsDebError } from '../errors.ts';
import { decodePath, showPath } from './path-bytes.ts';
import { checkPath, ROOT } from './staged-path.ts';

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
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  link: 'hardlink',
  symlink: 'symlink',
  'character-device': 'character-device',
  'block-device': 'block-device',
  fifo: 'fifo',
};

/** latin1 keeps the bytes of names that are not UTF-8; the option is missing in the types. */
const KEEP_BYTES: object = { filenameEncoding: 'latin1' };

/**
 * The entries of a tar archive (ustar and GNU, what dpkg reads). ArchiveError `tar-format` for
 * what dpkg refuses (PAX headers, unknown types, bad numbers), `path-not-allowed` for absolute
 * and `..` names, `damaged` for an archive that is broken or ends too early.
 */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<TarEntryWithContent, void, undefined> {
  const parser = extract(KEEP_BYTES);
  const feeding = feed(parser, chunks);
  const explain = async (error: unknown) => {
    if (error instanceof DkmsDebError) return error;
    parser.destroy(null);
    // What stopped the source says more than the parser's "unexpected end".
    return (await feeding) ?? damaged(error);
  };
  try {
    for await (const stream of parser) {
      yield {
        entry: toEntry(stream.header),
        content: guarded(stream as AsyncIterable<unknown>, explain),
      };
      stream.resume();
    }
    const failure = await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    throw await explain(error);
  } finally {
    parser.destroy(null);
    await feeding;
  }
}

/** Resolves with the reason why the source failed, if it did. */
async function feed(parser: Extract, chunks: AsyncIterable<Buffer>): Promise<unknown> {
  try {
    for await (const chunk of chunks) {
      if (parser.destroyed) return undefined;
      if (!parser.write(chunk)) await drained(parser);
    }
    parser.end(null);
    return undefined;
  } catch (error) {
    parser.destroy(error as Error);
    return error;
  }
}

function drained(parser: Extract): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      parser.off('drain', done);
      parser.off('close', done);
      resolve();
    };
    parser.on('drain', done);
    parser.on('close', done);
  });
}

async function* guarded(
  content: AsyncIterable<unknown>,
  explain: (error: unknown) => Promise<unknown>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const piece of content) yield piece as Buffer;
  } catch (error) {
    throw await explain(error);
  }
}

function toEntry(header: Header): TarEntry {
  const memberName = nameOf(header.name);
  const type = TYPES[header.type];
  if (type === undefined) throw badFormat(memberName, 'has a type that dpkg does not know');
  if (header.pax) throw badFormat(memberName, 'has a PAX header, which dpkg refuses');
  const seconds = header.mtime.getTime() / 1000;
  const entry = {
    type,
    path: withinRoot(memberName),
    memberName,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    owner: header.uname,
    group: header.gname,
    // tar-stream 3.2.2 reads two's complement as one's complement.
    mtime: seconds < 0 ? seconds - 1 : seconds,
    size: type === 'file' ? header.size : 0,
  };
  for (const field of ['mode', 'uid', 'gid', 'mtime', 'size'] as const) {
    if (!Number.isSafeInteger(entry[field])) throw badFormat(memberName, `has no valid ${field}`);
  }
  if (type !== 'hardlink' && type !== 'symlink') return entry;
  const target = nameOf(header.linkname ?? '');
  return { ...entry, target: type === 'hardlink' ? withinRoot(target) : target };
}

function nameOf(latin1: string): string {
  return decodePath(Buffer.from(latin1, 'latin1'));
}

/** `./usr/` is `usr`; what is absolute or has `..` is refused. */
function withinRoot(name: string): string {
  const path = name.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  return checkPath(path === '' && name.startsWith('.') ? ROOT : path);
}

function badFormat(name: string, what: string): ArchiveError {
  return new ArchiveError('tar-format', `${showPath(name)} ${what}`, {
    hint: 'Build the package again with dpkg-deb or dkms-deb.',
  });
}

function damaged(cause: unknown): ArchiveError {
  return new ArchiveError('damaged', `the tar archive is damaged: ${(cause as Error).message}`, {
    hint: 'Fetch or build the package again.',
    cause,
  });
}
