import { SizedFile } from '../bytes/file-reader.ts';
import { KeptContents } from '../staged/kept-contents.ts';
import type { StagedEntry } from '../staged/staged-entry.ts';
import { paddingTo, TAR_BLOCK, TAR_RECORD, tarHeader } from './tar-header.ts';

/** The size in bytes of every piece except the last one. */
export const TAR_PIECE = 1024 * 1024;

/**
 * Yields a GNU tar archive of `entries`, in this order, in pieces of 1 MiB. An mtime later than `latestMtime` (in
 * seconds since 1970) is replaced by `latestMtime`. All entries belong to root. A piece is valid until the next one is
 * requested. `kept` has the contents of files that have been read already. Throws the errors of SizedFile.
 */
export function* tarArchive(
  entries: Iterable<StagedEntry>,
  latestMtime: number,
  kept = new KeptContents(),
): Generator<Buffer, void, undefined> {
  const chunks = new Chunks();
  for (const entry of entries) {
    yield* chunks.add(tarHeader(entry, latestMtime));
    if (entry.type !== 'file') continue;
    const { content } = entry;
    const bytes = 'bytes' in content ? content.bytes : kept.of(content);
    if (bytes !== undefined) yield* chunks.add(bytes);
    else if ('source' in content) yield* chunks.addFile(content.source, content.size);
    yield* chunks.pad(TAR_BLOCK);
  }
  // The archive ends with two blocks of zeros. More zeros fill the last record.
  yield* chunks.add(Buffer.alloc(2 * TAR_BLOCK));
  yield* chunks.pad(TAR_RECORD);
  yield* chunks.rest();
}

/** Collects bytes in one buffer and yields it whenever it is full. */
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
