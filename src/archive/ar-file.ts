import type { FileHandle } from 'node:fs/promises';
import { AR_HEADER_BYTES, AR_MAGIC, arHeader } from './compression/ar-header.ts';
import type { CompressionPlan, Compressor } from './compression/compression.ts';
import { FilterProcess } from './compression/filter-process.ts';

/**
 * Writes an ar archive into an open file, one member after the other. Every member gets the time `mtime`, in seconds
 * since 1970.
 */
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

  /**
   * Appends a member with the bytes of `chunks`, compressed as `plan` says. The header of the member is written last,
   * because the compressed size is not known before. Throws the errors of arHeader and, with the code
   * `compressor-failed`, those of FilterProcess.succeeded. An error of `chunks` or of the system is thrown as it is.
   */
  async add(name: string, chunks: Iterable<Buffer>, plan: CompressionPlan): Promise<void> {
    const headerAt = (await this.#file.stat()).size;
    await this.#file.writeFile(Buffer.alloc(AR_HEADER_BYTES, ' '));
    if (plan.compressor === undefined)
      for (const chunk of chunks) await this.#file.writeFile(chunk);
    else await this.#compress(chunks, plan.compressor);
    const size = (await this.#file.stat()).size - headerAt - AR_HEADER_BYTES;
    if (size % 2 === 1) await this.#file.writeFile('\n');
    await this.#file.write(arHeader(name, size, this.#mtime), 0, AR_HEADER_BYTES, headerAt);
  }

  /**
   * Lets the compressor write its output directly into the archive. The compressor and this process share the position
   * in the open file, so each goes on where the other stopped.
   */
  async #compress(chunks: Iterable<Buffer>, { program, args }: Compressor): Promise<void> {
    let filter: FilterProcess | undefined;
    try {
      for (const chunk of chunks) {
        filter ??= new FilterProcess(program, args(chunk.length), this.#file.fd);
        if (!(await filter.write(chunk))) break;
      }
      filter?.endInput();
      await filter?.succeeded(
        'compressor-failed',
        'Read what the program wrote; with build, choose another --compression.',
      );
    } catch (error) {
      filter?.kill();
      await filter?.ended().catch(() => {});
      throw error;
    }
  }
}
