import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ArchiveError, SystemError } from '../../errors.ts';
import { encodePath, showPath } from './path-bytes.ts';

/** O_NONBLOCK: a fifo that took the file's place since must not make us wait for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A file that is promised to have `size` bytes, read piece by piece. ArchiveError
 * `file-changed` where it turns out otherwise: its size is already in the tar header.
 * Reads are synchronous; at the sizes of a piece that is faster than a round by the thread pool.
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
    try {
      this.#checkSize();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes that are still to be read. */
  get left(): number {
    return this.#left;
  }

  /** Fills `target` from `at` with up to `most` bytes; says how many there were. */
  read(target: Buffer, at: number, most: number): number {
    let count: number;
    try {
      count = readSync(this.#descriptor, target, at, Math.min(most, this.#left), null);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
    this.#left -= count;
    if (count === 0) throw this.#changed('it became shorter');
    if (this.#left === 0) this.#checkSize();
    return count;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #checkSize(): void {
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile()) throw this.#changed('it is no regular file any more');
    if (stat.size !== this.#size) {
      throw this.#changed(`it had ${this.#size} bytes and now has ${stat.size}`);
    }
  }

  #changed(how: string): ArchiveError {
    const message = `${showPath(this.#source)} changed while it was packed: ${how}`;
    return new ArchiveError('file-changed', message, {
      hint: 'Let whatever writes into the tree finish, then run again.',
      where: { file: this.#source },
    });
  }

  #unreadable(cause: unknown): Error {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ELOOP') return this.#changed('it became a symbolic link');
    return new SystemError('file-unreadable', `cannot read ${showPath(this.#source)} (${code})`, {
      hint: 'Every file in the package must be readable: check its permissions.',
      where: { file: this.#source },
      cause,
    });
  }
}
