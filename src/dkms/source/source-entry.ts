/** A file, directory or symlink of a driver's source, as installed below /usr/src. */
export interface SourceEntry {
  /** Relative to the tree. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** The permission bits. */
  readonly mode: number;
  /** In seconds. */
  readonly mtime: number;
  /** In bytes; 0 for directories and symlinks. */
  readonly size: number;
  readonly target?: string;
}
