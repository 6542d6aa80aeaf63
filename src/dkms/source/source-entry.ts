/** A file, directory or symlink of a driver's source. It is installed below /usr/src. */
export interface SourceEntry {
  /** The path of the entry, relative to the tree. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** The mode of the entry without the bits of its type: at most 0o7777. */
  readonly mode: number;
  /** The time stamp of the entry, in seconds since 1970. */
  readonly mtime: number;
  /** The size of a file in bytes; 0 for directories and symlinks. */
  readonly size: number;
  readonly target?: string;
}
