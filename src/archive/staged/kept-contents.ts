import { SizedFile } from '../bytes/file-reader.ts';
import type { FileContent } from './staged-entry.ts';

/**
 * The largest file that is kept, in bytes. Only small files are kept, because opening them takes longer than reading
 * them.
 */
const SMALL = 16 * 1024;
/** The most bytes that are kept. The contents of further files are not kept, but read when they are packed. */
const MOST = 48 * 1024 * 1024;

/**
 * The bytes of small files on disk, which a package needs several times: to look for private keys, for md5sums and for
 * data.tar.
 */
export class KeptContents {
  readonly #bytes = new Map<FileContent, Buffer>();
  #left = MOST;

  /** Returns the bytes of a file if they are kept, else undefined. */
  of(content: FileContent): Buffer | undefined {
    return this.#bytes.get(content);
  }

  /**
   * Returns the bytes of a file, which are read and kept if necessary. Returns undefined for a file that is too large
   * to be kept, or if there is no more room. Throws the errors of SizedFile.
   */
  read(content: FileContent): Buffer | undefined {
    if ('bytes' in content) return content.bytes;
    const known = this.#bytes.get(content);
    const { source, size } = content;
    if (known !== undefined || size > Math.min(SMALL, this.#left)) return known;
    const bytes = Buffer.allocUnsafe(size);
    const file = new SizedFile(source, size);
    try {
      while (file.left > 0) file.read(bytes, size - file.left, file.left);
    } finally {
      file.close();
    }
    this.#left -= size;
    this.#bytes.set(content, bytes);
    return bytes;
  }
}
