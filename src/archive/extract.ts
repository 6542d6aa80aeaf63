import { chmod, link, lutimes, mkdir, open, readdir, symlink, utimes } from 'node:fs/promises';
import { ArchiveError, SystemError } from '../errors.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { diskFull } from '../system/process/no-room.ts';
import { causeOf } from '../system/process/refusal.ts';
import { encodePath, showPath } from './bytes/path-bytes.ts';
import { parentOf, ROOT } from './staged/staged-path.ts';
import type { TarEntry, TarEntryWithContent } from './tar/tar-reader.ts';
import { NO_SPECIAL_FILES, NOT_BY_TOOLS } from './unpack-rules.ts';

export interface ExtractOptions {
  /** The most bytes that are written altogether. The default is 16 GiB. */
  readonly mostBytes?: number;
  /** Returns true for a path that is to be unpacked. Without this function, all paths are unpacked. */
  readonly select?: (path: string) => boolean;
}

const MOST_BYTES = 16 * 1024 ** 3;

/**
 * Unpacks entries into `directory`, which is created if missing and must be empty. Files are written
 * only into directories that were created here, so a symlink in the archive cannot lead out of
 * `directory`. Modes and times are kept, owners are not. Throws ArchiveError `parent-not-directory`,
 * `duplicate-entry`, `link-target`, `special-file` or `too-large`, SystemError `not-empty`,
 * `disk-full` or `cannot-write`, and the errors of `entries`.
 */
export async function extractEntries(
  entries: AsyncIterable<TarEntryWithContent>,
  directory: string,
  options: ExtractOptions = {},
): Promise<void> {
  const extraction = new Extraction(directory, options.mostBytes ?? MOST_BYTES);
  try {
    await extraction.begin();
    for await (const { entry, content } of entries) {
      if (entry.path === ROOT || options.select?.(entry.path) !== false) {
        await extraction.add(entry, content);
      }
    }
    await extraction.finish();
  } catch (error) {
    throw explain(error, directory);
  }
}

class Extraction {
  readonly #directory: string;
  readonly #made = new Map<string, TarEntry['type']>();
  readonly #directories: TarEntry[] = [];
  readonly #most: number;
  #left: number;

  constructor(directory: string, mostBytes: number) {
    this.#directory = directory;
    this.#most = mostBytes;
    this.#left = mostBytes;
  }

  async begin(): Promise<void> {
    await makeDirectory(this.#directory);
    if ((await readdir(this.#directory)).length > 0) {
      throw new SystemError('not-empty', `${this.#directory} is not empty`, {
        hint: 'Unpack into a new directory.',
      });
    }
    this.#made.set(ROOT, 'directory');
  }

  async add(entry: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const { type, path } = entry;
    await this.#makeDirectory(parentOf(path));
    if (type === 'directory') {
      await this.#makeDirectory(path);
      this.#directories.push(entry);
      return;
    }
    if (this.#made.has(path)) {
      throw problem('duplicate-entry', `${showPath(path)} is in the archive twice`);
    }
    const at = this.#place(path);
    if (type === 'file') await this.#writeFile(entry, content);
    else if (type === 'symlink') await symlink(encodePath(entry.target ?? ''), at);
    else if (type === 'hardlink') await link(this.#linkTarget(entry), at);
    else {
      const message = `${showPath(path)} is a ${type.replace('-', ' ')}`;
      throw problem('special-file', message, NO_SPECIAL_FILES);
    }
    if (type === 'symlink') await lutimes(at, time(entry), time(entry));
    this.#made.set(path, type);
  }

  /**
   * Sets the modes and times of directories. This comes last, because a directory may be read-only, and because
   * each new file changes the time of its directory.
   */
  async finish(): Promise<void> {
    for (const entry of this.#directories.reverse()) {
      const at = this.#place(entry.path);
      await chmod(at, entry.mode & 0o7777);
      await utimes(at, time(entry), time(entry));
    }
  }

  #place(path: string): Buffer {
    return encodePath(path === ROOT ? this.#directory : `${this.#directory}/${path}`);
  }

  async #makeDirectory(path: string): Promise<void> {
    const known = this.#made.get(path);
    if (known === 'directory') return;
    if (known !== undefined) {
      throw problem('parent-not-directory', `${showPath(path)} is a ${known} and a directory`);
    }
    await this.#makeDirectory(parentOf(path));
    await mkdir(this.#place(path), { mode: 0o755 });
    this.#made.set(path, 'directory');
  }

  async #writeFile(entry: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
    this.#left -= entry.size;
    if (this.#left < 0) {
      const message = `the package unpacks to more than ${this.#most} bytes, the limit of dkms-deb`;
      throw problem('too-large', message, 'Fetch the package again from a place that you trust.');
    }
    // With the flag 'wx' a symlink is not followed. Another process may have created one meanwhile.
    const file = await open(this.#place(entry.path), 'wx', 0o600);
    try {
      for await (const piece of content) await file.writeFile(piece);
      await file.chmod(entry.mode & 0o7777);
      await file.utimes(time(entry), time(entry));
    } finally {
      await file.close();
    }
  }

  #linkTarget(entry: TarEntry): Buffer {
    const target = entry.target ?? '';
    const type = this.#made.get(target);
    if (type !== undefined && type !== 'directory') return this.#place(target);
    const message = `${showPath(entry.path)} is a hard link to ${showPath(target)}, which no entry before it has unpacked`;
    throw problem('link-target', message);
  }
}

/** Converts seconds to a Date, because Node treats a negative number of seconds as the current time. */
function time(entry: TarEntry): Date {
  return new Date(entry.mtime * 1000);
}

function problem(code: string, message: string, hint = NOT_BY_TOOLS): ArchiveError {
  return new ArchiveError(code, message, { hint });
}

function explain(error: unknown, directory: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error, { place: directory });
  return new SystemError('cannot-write', `cannot unpack into ${directory}: ${causeOf(error)[0]}`, {
    cause: error,
  });
}
