import { ArchiveError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';

/** The content of a file: bytes in memory, or a file on disk with `size` bytes. */
export type FileContent =
  | { readonly bytes: Buffer }
  | { readonly source: string; readonly size: number };

interface Common {
  /** The path of the entry, relative to the root of the package. The root itself is `.`. */
  readonly path: string;
  /** The time stamp of the entry, in seconds since 1970. */
  readonly mtime: number;
}

export interface StagedDirectory extends Common {
  readonly type: 'directory';
  readonly mode: number;
}

export interface StagedFile extends Common {
  readonly type: 'file';
  readonly mode: number;
  readonly content: FileContent;
}

/** Another name of the file or symlink at `target`. tar writes such an entry for a file with several hard links. */
export interface StagedHardlink extends Common {
  readonly type: 'hardlink';
  readonly mode: number;
  readonly target: string;
}

export interface StagedSymlink extends Common {
  readonly type: 'symlink';
  readonly target: string;
}

export type StagedEntry = StagedDirectory | StagedFile | StagedHardlink | StagedSymlink;

/** Returns the size of a file's content in bytes. */
export function contentSize(content: FileContent): number {
  return 'bytes' in content ? content.bytes.length : content.size;
}

/**
 * Returns `mode` if it has permission bits only, else throws ArchiveError `mode-not-allowed`. dpkg
 * accepts file type bits in a tar header, but gdebi does not (nfpm pull request 904).
 */
export function checkMode(path: string, mode: number): number {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return mode;
  throw new ArchiveError(
    'mode-not-allowed',
    `${showPath(path)} has mode ${Number(mode).toString(8)}, which has more than permission bits`,
    { hint: 'Give 0 to 07777 (st_mode & 07777), without the file type bits.' },
  );
}

/** Returns `mtime` if it is whole seconds, as tar needs it, else throws ArchiveError `mtime-not-allowed`. */
export function checkMtime(path: string, mtime: number): number {
  if (Number.isSafeInteger(mtime)) return mtime;
  throw new ArchiveError(
    'mtime-not-allowed',
    `${showPath(path)} has mtime ${mtime}, which is not whole seconds since 1970`,
    { hint: 'Give seconds, not milliseconds or a Date.' },
  );
}
