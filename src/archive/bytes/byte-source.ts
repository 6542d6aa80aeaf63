/** Reads a stream whose pieces have any size. The caller chooses how many bytes it gets at a time. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Returns the next `count` bytes, or fewer if the source ends before. */
  async read(count: number): Promise<Buffer> {
    const found: Buffer[] = [];
    let left = count;
    while (left > 0) {
      const part = await this.#take(left);
      if (part === undefined) break;
      found.push(part);
      left -= part.length;
    }
    return found.length === 1 ? (found[0] as Buffer) : Buffer.concat(found);
  }

  /** Returns the next piece with at most `most` bytes, or undefined at the end. */
  async piece(most: number): Promise<Buffer | undefined> {
    return this.#take(most);
  }

  /** Closes the source, even if some of its bytes were not read. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #take(most: number): Promise<Buffer | undefined> {
    while (this.#piece.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done) return undefined;
      this.#piece = value;
    }
    const part = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }
}
