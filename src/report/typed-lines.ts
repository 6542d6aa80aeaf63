import { StringDecoder } from 'node:string_decoder';

/**
 * Reads lines of a terminal when they are asked for. Lines that were typed or pasted before are kept for the next
 * question. Between two questions the stream is paused, so that it does not keep the process from ending.
 */
export class TypedLines {
  readonly #input: NodeJS.ReadableStream;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #hasEnded = false;
  #wake = () => {};

  constructor(input: NodeJS.ReadableStream) {
    this.#input = input;
    input.on('data', (chunk: Buffer | string) => {
      this.#text += typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
      this.#wake();
    });
    const end = () => {
      this.#hasEnded = true;
      this.#wake();
    };
    input.on('end', end);
    // If the terminal is closed, the stream has an error (EIO).
    input.on('error', end);
    input.pause();
  }

  /** Returns the next line without its end. Returns undefined if the input has ended, also after half a line. */
  async next(): Promise<string | undefined> {
    while (!this.#text.includes('\n') && !this.#hasEnded) {
      const more = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#input.resume();
      await more;
    }
    this.#input.pause();
    const end = this.#text.indexOf('\n');
    if (end < 0) return undefined;
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line.replace(/\r$/, '');
  }
}
