import { ArchiveError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';

/** What a file holds: bytes in memory, or a file on disk of `size` bytes. */
export type FileContent =
  | { readonly bytes: Buffer }
  | { readonly source: string; readonly size: number };

interface Common {
  /** Relative to the root, `.` for the root itself. */
  readonly path: string;
  /** Seconds since 1970. */
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

/** A second name of the file (or symlink) at `target`, as tar records nlink > 1. */
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

/** How many bytes the file has. */
export function contentSize(content: FileContent): number {
  return 'bytes' in content ? content.bytes.length : content.size;
}

/** Permission bits only: type bits in a tar mode break gdebi (nfpm PR 904), though not dpkg. */
export function checkMode(path: string, mode: number): number {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return mode;
  throw new ArchiveError(
    'mode-not-allowed',
    `${showPath(path)} has mode ${Number(mode).toString(8)}, which is not permission bits alone`,
    { hint: 'Give 0 to 07777 (st_mode & 07777), without the file type bits.' },
  );
}

/** Whole seconds, as tar's mtime field holds them. */
export function checkMtime(path: string, mtime: number): number {
  if (Number.isSafeInteger(mtime)) return mtime;
  throw new ArchiveError(
    'mtime-not-allowed',
    `${showPath(path)} has mtime ${mtime}, which is not whole seconds since 1970`,
    { hint: 'Give seconds, not milliseconds or a Date.' },
  );
}
