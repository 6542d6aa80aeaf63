import type { FileContent } from './staged-entry.ts';

/**
 * The largest file that is kept, in bytes. Only small files are kept, because opening them takes longer than reading
 * them.
 */
const SMALL = 16 * 1024;
/** The most bytes that are kept. */
const MOST = 48 * 1024 * 1024;

/** The bytes of small files on disk, which a package needs twice: for md5sums and for data.tar. */
export class KeptContents {
  readonly #bytes = new Map<FileContent, Buffer>();
  #left = MOST;

  /** Whether a file of `size` bytes is small enough to be kept, and there is room for it. */
  takes(size: number): boolean {
    return size <= Math.min(SMALL, this.#left);
  }

  keep(content: FileContent, bytes: Buffer): void {
    this.#left -= bytes.length;
    this.#bytes.set(content, bytes);
  }

  /** Returns the bytes of a file if they are kept, else undefined. */
  of(content: FileContent): Buffer | undefined {
    return this.#bytes.get(content);
  }
}
