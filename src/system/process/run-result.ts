export interface RunResult {
  /** The exit status as in the shell: 128 plus the number of the signal, if a signal ended the program. */
  readonly exitStatus: number;
  /** The output of the program to stdout. Empty if it was written to `logFile`. */
  readonly stdout: string;
  /** stdout as bytes, for output that is not text. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /**
   * stdout and stderr in the order in which they were written. Of a log file of more than 8 MiB, only the first and the
   * last 4 MiB.
   */
  readonly output: string;
}

/**
 * Returns a result. Its texts are only made when a caller reads them, because they may have many MB, and some callers
 * read only `bytes`. The function `output` returns the text of both streams.
 */
export function runResult(
  exitStatus: number,
  { stdout, stderr }: Readonly<Record<'stdout' | 'stderr', readonly Buffer[]>>,
  output: () => string,
): RunResult {
  const bytes = Buffer.concat(stdout);
  return {
    exitStatus,
    get stdout() {
      return bytes.toString('utf8');
    },
    bytes,
    get stderr() {
      return Buffer.concat(stderr).toString('utf8');
    },
    get output() {
      return output();
    },
  };
}
