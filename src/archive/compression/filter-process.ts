import { type ChildProcess, spawn } from 'node:child_process';
import { ArchiveError } from '../../errors.ts';
import { cleanEnvironment } from '../../system/process/clean-environment.ts';
import { registerProcessGroup, releaseProcessGroup } from '../../system/process/cleanup.ts';
import { diskFull, fileTooLarge } from '../../system/process/no-room.ts';
import { notStarted } from '../../system/process/not-started.ts';
import { traceChild } from '../../system/process/trace.ts';

const MOST_SAID = 4000;

export interface FilterResult {
  readonly exitStatus: number | null;
  readonly said: string;
}

/** A compressor or decompressor that runs as a child process in its own process group. */
export class FilterProcess {
  readonly child: ChildProcess;
  readonly #program: string;
  readonly #ended: Promise<FilterResult>;

  /** Starts the program. `output` is a file descriptor for its output, or 'pipe' to read `child.stdout`. */
  constructor(program: string, args: readonly string[], output: number | 'pipe') {
    this.#program = program;
    const traceEnd = traceChild(program, args);
    this.child = spawn(program, args, {
      stdio: ['pipe', output, 'pipe'],
      env: cleanEnvironment(),
      detached: true,
    });
    const { pid } = this.child;
    if (pid !== undefined) registerProcessGroup(pid);
    // If the program ends early, writing to it fails. That error is ignored, because the program's exit status says
    // more.
    this.child.stdin?.on('error', () => {});
    let said = '';
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, MOST_SAID);
    });
    this.#ended = new Promise((resolve, reject) => {
      this.child.once('error', (cause) => reject(notStarted(program, cause)));
      this.child.once('close', (exitStatus) => {
        if (pid !== undefined) releaseProcessGroup(pid);
        traceEnd(exitStatus, () => said);
        resolve({ exitStatus, said: said.trim() });
      });
    });
    this.#ended.catch(() => {});
  }

  /**
   * Writes `chunk` to the program's stdin. Resolves to true when the caller may reuse the bytes of `chunk`, and to
   * false if the program no longer reads.
   */
  write(chunk: Uint8Array): Promise<boolean> {
    const { stdin } = this.child;
    // If this process has no free file descriptor, the child has no pipes.
    if (!stdin) return Promise.resolve(false);
    return new Promise((resolve) => {
      stdin.write(chunk, (error) => resolve(!error));
    });
  }

  /** Closes the program's stdin. */
  endInput(): void {
    this.child.stdin?.end();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Resolves when the program has ended. Throws SystemError `tool-missing` or `tool-not-started`. */
  ended(): Promise<FilterResult> {
    return this.#ended;
  }

  /**
   * Waits for the end of the program. If the program failed, throws ArchiveError with the given `code` and the
   * program's stderr, or SystemError `disk-full` or `write-limit`. Also throws the errors of ended().
   */
  async succeeded(code: string, hint: string): Promise<void> {
    const { exitStatus, said } = await this.ended();
    if (exitStatus === 0) return;
    if (said.includes('No space left on device')) throw diskFull(said);
    if (said.includes('File too large')) throw fileTooLarge(said);
    const how = exitStatus === null ? 'was killed' : `ended with status ${exitStatus}`;
    throw new ArchiveError(code, `${this.#program} ${how}`, {
      hint,
      output: said === '' ? [] : said.split('\n'),
    });
  }
}
