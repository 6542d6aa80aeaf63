/** One object of a driver's source tree, as it goes below /usr/src. */
export interface SourceEntry {
  /** Relative to the tree, `/` between parts. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits on disk. */
  readonly mode: number;
  /** Seconds. */
  readonly mtime: number;
  /** Bytes; 0 for what is not a file. */
  readonly size: number;
  readonly target?: string;
}
