import type { FileHandle } from 'node:fs/promises';
import { AR_HEADER_BYTES, AR_MAGIC, arHeader } from './compression/ar-header.ts';
import type { CompressionPlan, Compressor } from './compression/compression.ts';
import { FilterProcess } from './compression/filter-process.ts';

/** An ar archive that grows member by member in a file. */
export class ArFile {
  readonly #file: FileHandle;
  readonly #mtime: number;

  constructor(file: FileHandle, mtime: number) {
    this.#file = file;
    this.#mtime = mtime;
  }

  async begin(): Promise<void> {
    await this.#file.writeFile(AR_MAGIC);
  }

  /** Appends a member: its size is known when it has been written, so the header comes last. */
  async add(
    name: string,
    chunks: Iterable<Buffer>,
    plan: CompressionPlan,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const headerAt = (await this.#file.stat()).size;
    await this.#file.writeFile(Buffer.alloc(AR_HEADER_BYTES, ' '));
    if (plan.compressor === undefined) await this.#store(chunks, signal);
    else await this.#compress(chunks, plan.compressor, signal);
    const size = (await this.#file.stat()).size - headerAt - AR_HEADER_BYTES;
    if (size % 2 === 1) await this.#file.writeFile('\n');
    await this.#file.write(arHeader(name, size, this.#mtime), 0, AR_HEADER_BYTES, headerAt);
  }

  async #store(chunks: Iterable<Buffer>, signal: AbortSignal | undefined): Promise<void> {
    for (const chunk of chunks) {
      signal?.throwIfAborted();
      await this.#file.writeFile(chunk);
    }
  }

  /** The compressor writes into the archive itself: both share the file's position. */
  async #compress(
    chunks: Iterable<Buffer>,
    { program, args }: Compressor,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let filter: FilterProcess | undefined;
    const kill = () => filter?.kill();
    signal?.addEventListener('abort', kill, { once: true });
    try {
      for (const chunk of chunks) {
        signal?.throwIfAborted();
        filter ??= new FilterProcess(program, args(chunk.length), this.#file.fd);
        if (!(await filter.write(chunk))) break;
      }
      filter?.endInput();
      await filter?.succeeded(
        'compressor-failed',
        'Choose another --compression, or read what it said.',
      );
    } catch (error) {
      kill();
      await filter?.ended().catch(() => {});
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }
}
