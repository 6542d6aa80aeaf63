import { SizedFile } from '../bytes/file-reader.ts';
import type { StagedEntry } from '../staged/staged-entry.ts';
import { paddingTo, TAR_BLOCK, TAR_RECORD, tarHeader } from './tar-header.ts';

/** Bytes of every piece but the last. */
export const TAR_PIECE = 1024 * 1024;

/**
 * The bytes of a GNU tar archive of `entries` (in that order), in pieces of 1 MiB, whatever
 * the size of the files: mtimes are clamped to `latestMtime` (seconds), everything is root's.
 * A piece is valid until the next one is asked for. Throws what SizedFile throws.
 */
export function* tarArchive(
  entries: Iterable<StagedEntry>,
  latestMtime: number,
): Generator<Buffer, void, undefined> {
  const chunks = new Chunks();
  for (const entry of entries) {
    yield* chunks.add(tarHeader(entry, latestMtime));
    if (entry.type !== 'file') continue;
    const { content } = entry;
    if ('bytes' in content) yield* chunks.add(content.bytes);
    else yield* chunks.addFile(content.source, content.size);
    yield* chunks.pad(TAR_BLOCK);
  }
  // Two empty blocks end the archive, then it is filled up to a whole record.
  yield* chunks.add(Buffer.alloc(2 * TAR_BLOCK));
  yield* chunks.pad(TAR_RECORD);
  yield* chunks.rest();
}

/** Collects bytes in one buffer that is handed out whenever it is full. */
class Chunks {
  readonly #buffer = Buffer.allocUnsafe(TAR_PIECE);
  #used = 0;
  #total = 0;

  *add(bytes: Buffer): Generator<Buffer, void, undefined> {
    for (let at = 0; at < bytes.length; ) {
      const count = bytes.copy(this.#buffer, this.#used, at);
      at += count;
      yield* this.#advance(count);
    }
  }

  *addFile(source: string, size: number): Generator<Buffer, void, undefined> {
    const file = new SizedFile(source, size);
    try {
      while (file.left > 0) {
        yield* this.#advance(file.read(this.#buffer, this.#used, TAR_PIECE - this.#used));
      }
    } finally {
      file.close();
    }
  }

  *pad(unit: number): Generator<Buffer, void, undefined> {
    yield* this.add(Buffer.alloc(paddingTo(unit, this.#total)));
  }

  *rest(): Generator<Buffer, void, undefined> {
    if (this.#used > 0) yield this.#buffer.subarray(0, this.#used);
    this.#used = 0;
  }

  *#advance(count: number): Generator<Buffer, void, undefined> {
    this.#used += count;
    this.#total += count;
    if (this.#used === TAR_PIECE) yield* this.rest();
  }
}
