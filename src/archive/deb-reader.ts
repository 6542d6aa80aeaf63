import { ArchiveError } from '../errors.ts';
import { showPath } from './bytes/path-bytes.ts';
import { type LocatedMember, readArMembers, readMemberStart } from './compression/ar-reader.ts';
import { decompressMember } from './compression/decompress.ts';
import { type ExtractOptions, extractEntries } from './extract.ts';
import { ROOT } from './staged/staged-path.ts';
import { readTar, type TarEntry, type TarEntryWithContent } from './tar/tar-reader.ts';

export type { TarEntry, TarEntryWithContent } from './tar/tar-reader.ts';

/**
 * The most bytes that are read into memory: for all files of control.tar together, or for one file of data.tar. More
 * bytes are an error.
 */
const MOST_BYTES_IN_MEMORY = 256 * 1024 * 1024;

/**
 * An opened .deb. Its members are located, and its control files are in memory. Each call of a function reads data.tar
 * again, and throws the errors of decompressMember and readTar.
 */
export interface DebReader {
  readonly path: string;
  /** The members of the ar archive in their order. */
  readonly members: readonly LocatedMember[];
  /** The control files by name. */
  readonly control: ReadonlyMap<string, Buffer>;
  /** The entries of control.tar with their modes and times, in their order. */
  readonly controlEntries: readonly TarEntry[];
  /** Returns the entries of data.tar in their order. */
  entries(): Promise<TarEntry[]>;
  /** Yields the entries of data.tar with their contents. */
  contents(): AsyncGenerator<TarEntryWithContent, void, undefined>;
  /**
   * Returns the bytes of a packed file. Follows hard links, but not symlinks. Throws ArchiveError `no-such-file`, or
   * `too-large` for a file of more than 256 MiB.
   */
  file(path: string): Promise<Buffer>;
  /** Unpacks data.tar into `directory`, which must be missing or empty. See extractEntries. */
  extractTo(directory: string, options?: ExtractOptions): Promise<void>;
}

/**
 * Opens a .deb of format 2.0 (deb(5)) and reads its control files. Throws ArchiveError `not-an-archive`, `compression`,
 * `truncated`, `damaged`, `tar-format`, `path-not-allowed` or `too-large`, and SystemError `file-unreadable` or, for a
 * compressed control.tar, `tool-missing` or `tool-not-started`.
 */
export async function readDeb(path: string): Promise<DebReader> {
  const members = await readArMembers(path);
  const [first] = members;
  if (first?.name !== 'debian-binary') throw noDeb(path, 'its first member is not debian-binary');
  const format = (await readMemberStart(path, first, 100)).toString('latin1');
  if (format !== '2.0\n') throw noDeb(path, `its format is ${showPath(format)}, not 2.0`);
  const { controlMember, dataMember } = findMembers(path, members);
  const control = new Map<string, Buffer>();
  const controlEntries: TarEntry[] = [];
  let left = MOST_BYTES_IN_MEMORY;
  for await (const { entry, content } of readTar(decompressMember(path, controlMember))) {
    controlEntries.push(entry);
    if (entry.type === 'directory' && entry.path === ROOT && controlEntries.length === 1) continue;
    if (entry.type !== 'file' || entry.path.includes('/') || control.has(entry.path)) {
      throw badControl(path, entry);
    }
    const bytes = await collect(entry, content, left);
    left -= bytes.length;
    control.set(entry.path, bytes);
  }
  const contents = () => readTar(decompressMember(path, dataMember));
  return { path, members, control, controlEntries, ...readersOf(path, contents) };
}

/** Returns the functions of a reader for the entries that `contents` yields. `path` is the package, for messages. */
export function readersOf(
  path: string,
  contents: DebReader['contents'],
): Pick<DebReader, 'contents' | 'entries' | 'file' | 'extractTo'> {
  return {
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

/**
 * Returns the members control.tar and data.tar by the rules of dpkg-deb (src/deb/extract.c). control.tar comes first,
 * and only members whose names begin with `_` may come before or between the two. dpkg-deb ignores members after
 * data.tar, but a second debian-binary, control.tar or data.tar is refused here. Throws ArchiveError `not-an-archive`
 * or `compression`.
 */
function findMembers(path: string, [, ...members]: readonly LocatedMember[]) {
  const others = members.filter(({ name }) => !name.startsWith('_'));
  const [controlMember, dataMember, ...rest] = others;
  if (
    controlMember === undefined ||
    !/^control\.tar(?:\.(?:gz|xz|zst))?$/.test(controlMember.name)
  ) {
    checkExtension(path, controlMember, 'control.tar');
    throw noDeb(path, missing('control.tar (or .tar.gz, .tar.xz, .tar.zst)', controlMember));
  }
  if (
    dataMember === undefined ||
    !/^data\.tar(?:\.(?:gz|xz|zst|bz2|lzma))?$/.test(dataMember.name)
  ) {
    checkExtension(path, dataMember, 'data.tar');
    throw noDeb(
      path,
      missing('data.tar (or .tar.gz, .tar.xz, .tar.zst, .tar.bz2, .tar.lzma)', dataMember),
    );
  }
  const again = rest.find(({ name }) => /^(?:debian-binary|control\.tar|data\.tar)/.test(name));
  if (again !== undefined) throw noDeb(path, `it has a second ${showPath(again.name)}`);
  return { controlMember, dataMember };
}

/**
 * Throws ArchiveError `compression` if the member is `archive` (control.tar or data.tar) with the extension of a
 * compression that dpkg-deb does not support for this archive.
 */
function checkExtension(path: string, member: LocatedMember | undefined, archive: string): void {
  if (member?.name.startsWith(archive) !== true) return;
  throw new ArchiveError(
    'compression',
    `${showPath(member.name)} has a compression that dpkg-deb does not support for this member`,
    {
      hint: 'Use .gz, .xz, .zst or no compression, for data.tar also .bz2 or .lzma (deb(5)).',
      where: { file: path },
    },
  );
}

function missing(wanted: string, found: LocatedMember | undefined): string {
  if (found === undefined) return `${wanted} is missing`;
  return `it has ${showPath(found.name)} instead of ${wanted}`;
}

async function readOne(
  deb: string,
  name: string,
  contents: DebReader['contents'],
): Promise<Buffer> {
  const found = await findFile(name, contents);
  // A hard link comes after its target, so one more pass finds the file. Links in a circle have no file.
  const bytes = typeof found === 'string' ? await findFile(found, contents) : found;
  if (bytes instanceof Buffer) return bytes;
  throw new ArchiveError('no-such-file', `no file ${showPath(name)} found in ${deb}`, {
    where: { file: deb },
  });
}

/**
 * Returns the bytes of a file. For a hard link, returns the path of its target. If the target is an earlier hard link,
 * returns the target of that link instead. Returns undefined for any other path.
 */
async function findFile(
  name: string,
  contents: DebReader['contents'],
): Promise<Buffer | string | undefined> {
  const leads = new Map<string, string>();
  for await (const { entry, content } of contents()) {
    const { type, path, target } = entry;
    // The `await` is needed: leaving the loop closes the archive, so the contents must be read before.
    if (path === name && type === 'file')
      return await collect(entry, content, MOST_BYTES_IN_MEMORY);
    if (type === 'hardlink' && target !== undefined) leads.set(path, leads.get(target) ?? target);
    if (path === name) return leads.get(name);
  }
  return undefined;
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

/**
 * Returns the error for a file of control.tar that is not allowed. dpkg-deb unpacks control.tar with tar, so a link
 * in it could lead later files to another directory.
 */
function badControl(path: string, { path: name, type }: TarEntry): ArchiveError {
  const message = `control.tar has ${showPath(name)}, a ${type}: only plain files without duplicates are allowed`;
  return new ArchiveError('tar-format', message, {
    hint: 'Build the package again with dpkg-deb or dkms-deb.',
    where: { file: path },
  });
}

function noDeb(path: string, why: string): ArchiveError {
  return new ArchiveError('not-an-archive', `this is not a Debian package: ${why}`, {
    hint: 'Give a binary package of format 2.0, as built by dpkg-deb.',
    where: { file: path },
  });
}
