import { ArchiveError } from '../errors.ts';
import { type LocatedMember, readArMembers, readMemberStart } from './ar-reader.ts';
import { decompressMember } from './decompress.ts';
import { type ExtractOptions, extractEntries } from './extract.ts';
import { showPath } from './path-bytes.ts';
import { readTar, type TarEntry, type TarEntryWithContent } from './tar-reader.ts';

export type { TarEntry, TarEntryWithContent } from './tar-reader.ts';

/** What may lie in memory at once: control.tar's files together, or one file of data.tar. */
const MOST_BYTES_IN_MEMORY = 256 * 1024 * 1024;

/** A .deb whose members were found and whose control files were read. */
export interface DebReader {
  readonly path: string;
  /** ar members in their order. */
  readonly members: readonly LocatedMember[];
  /** Control files by name. */
  readonly control: ReadonlyMap<string, Buffer>;
  /** The entries of control.tar with their modes and times, in their order. */
  readonly controlEntries: readonly TarEntry[];
  /** The entries of data.tar in their order. */
  entries(): Promise<TarEntry[]>;
  /** The same, one by one, with their contents. */
  contents(): AsyncGenerator<TarEntryWithContent, void, undefined>;
  /** A packed file's bytes (hard links are followed, symlinks are not); ArchiveError `no-such-file`. */
  file(path: string): Promise<Buffer>;
  /** Unpacks everything into `directory`, which must be new or empty; see extractEntries. */
  extractTo(directory: string, options?: ExtractOptions): Promise<void>;
}

/**
 * Opens a .deb of format 2.x (deb(5)) with members compressed by xz, gzip, zstd, bzip2 or lzma.
 * ArchiveError `not-an-archive`, `truncated`, `damaged`, `tar-format`, `path-not-allowed`,
 * `too-large`; SystemError `file-unreadable`.
 */
export async function readDeb(path: string): Promise<DebReader> {
  const members = await readArMembers(path);
  const [first] = members;
  if (first?.name !== 'debian-binary') throw noDeb(path, 'its first member is not debian-binary');
  const format = (await readMemberStart(path, first, 100)).toString('latin1');
  if (!/^2\.\d+\n/.test(format)) throw noDeb(path, `its format is ${showPath(format)}, not 2.0`);
  const controlMember = memberNamed(path, members, 'control.tar');
  const dataMember = memberNamed(path, members, 'data.tar');
  const control = new Map<string, Buffer>();
  const controlEntries: TarEntry[] = [];
  let left = MOST_BYTES_IN_MEMORY;
  for await (const { entry, content } of readTar(decompressMember(path, controlMember))) {
    controlEntries.push(entry);
    if (entry.type !== 'file') continue;
    const bytes = await collect(entry, content, left);
    left -= bytes.length;
    control.set(entry.path, bytes);
  }
  const contents = () => readTar(decompressMember(path, dataMember));
  return {
    path,
    members,
    control,
    controlEntries,
    contents,
    async entries() {
      const entries: TarEntry[] = [];
      for await (const { entry } of contents()) entries.push(entry);
      return entries;
    },
    file: (name) => readOne(path, name, contents),
    extractTo: (directory, options = {}) => extractEntries(contents(), directory, options),
  };
}

function memberNamed(path: string, members: readonly LocatedMember[], name: string): LocatedMember {
  const found = members.filter((member) => /^[^.]*\.tar/.exec(member.name)?.[0] === name);
  const [member] = found;
  if (member === undefined) throw noDeb(path, `it has no ${name}`);
  if (found.length > 1) throw noDeb(path, `it has more than one ${name}`);
  return member;
}

async function readOne(
  deb: string,
  name: string,
  contents: DebReader['contents'],
): Promise<Buffer> {
  let linked: string | undefined;
  for await (const { entry, content } of contents()) {
    if (entry.path !== name) continue;
    // Awaited here: leaving the loop ends the archive's stream.
    if (entry.type === 'file') return await collect(entry, content, MOST_BYTES_IN_MEMORY);
    linked = entry.type === 'hardlink' ? entry.target : undefined;
    break;
  }
  // A hard link comes after the file that it names, so this ends.
  if (linked !== undefined && linked !== name) return readOne(deb, linked, contents);
  throw new ArchiveError('no-such-file', `there is no file ${showPath(name)} in ${deb}`, {
    where: { file: deb },
  });
}

async function collect(
  entry: TarEntry,
  content: AsyncIterable<Buffer>,
  most: number,
): Promise<Buffer> {
  if (entry.size > most) {
    throw new ArchiveError(
      'too-large',
      `${showPath(entry.path)} has ${entry.size} bytes, too many to read into memory`,
      { hint: 'Extract the package to a directory instead.' },
    );
  }
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

function noDeb(path: string, why: string): ArchiveError {
  return new ArchiveError('not-an-archive', `is not a Debian package: ${why}`, {
    hint: 'Give a binary package of format 2.0, as dpkg-deb builds it.',
    where: { file: path },
  });
}
