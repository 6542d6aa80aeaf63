import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ArchiveError, readingHint, SystemError } from '../../errors.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { encodePath, showPath } from './path-bytes.ts';

/** If a fifo has replaced the file, O_NONBLOCK opens it without waiting for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a file of `size` bytes piece by piece. Throws ArchiveError `file-changed` if the file is no longer a regular
 * file, or has another size: the tar header already contains `size`. The size is compared after the last read. Throws
 * SystemError `file-unreadable`, and the errors of encodePath. The file is read synchronously, which is faster for
 * large pieces than the thread pool.
 */
export class SizedFile {
  readonly #source: string;
  readonly #size: number;
  readonly #descriptor: number;
  #left: number;

  constructor(source: string, size: number) {
    this.#source = source;
    this.#size = size;
    this.#left = size;
    try {
      this.#descriptor = openSync(encodePath(source), FLAGS);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
    // A file with content is checked after the last read. An empty file is never read, so it is checked here.
    if (size > 0) return;
    try {
      this.#checkSize();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The number of bytes that are not read yet. */
  get left(): number {
    return this.#left;
  }

  /** Reads at most `most` bytes into `target`, from index `at` on. Returns the number of bytes read, at least 1. */
  read(target: Buffer, at: number, most: number): number {
    let count: number;
    try {
      count = readSync(this.#descriptor, target, at, Math.min(most, this.#left), null);
    } catch (cause) {
      // A directory that has replaced the file can be opened, but not be read.
      this.#checkSize();
      throw this.#unreadable(cause);
    }
    this.#left -= count;
    // If nothing was read, the file has become shorter, or a fifo has replaced it.
    if (this.#left === 0 || count === 0) this.#checkSize();
    if (count === 0) throw this.#changed('it became shorter');
    return count;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #checkSize(): void {
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile()) throw this.#changed('it is not a regular file any more');
    if (stat.size !== this.#size) {
      throw this.#changed(`it had ${this.#size} bytes and now has ${stat.size}`);
    }
  }

  #changed(how: string): ArchiveError {
    const message = `${showPath(this.#source)} changed while it was packed: ${how}`;
    return new ArchiveError('file-changed', message, {
      hint: 'Wait until no program writes into the tree, then run again.',
      where: { file: this.#source },
    });
  }

  #unreadable(cause: unknown): Error {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ELOOP') return this.#changed('it became a symbolic link');
    const [why, otherwise] = causeOf(cause);
    return new SystemError('file-unreadable', `cannot read ${showPath(this.#source)}: ${why}`, {
      hint: readingHint(cause, otherwise),
      where: { file: this.#source },
      cause,
    });
  }
}
