const CLEAR_LINE = '\r\u001b[K';
const LINE_UP = '\u001b[1A';

/** The part of a stream that the reporter needs, so that tests can pass their own. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Lines at the bottom of a terminal that are drawn again and again in the same place. */
export class LiveBlock {
  readonly #sink: Sink;
  #shown = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** What fits into a line: a terminal that reports no width counts as 80 columns. */
  get width(): number {
    return Math.max(20, (this.#sink.columns || 80) - 1);
  }

  /** How many lines can be drawn again: what has scrolled away cannot. */
  get height(): number {
    return Math.max(2, (this.#sink.rows || 24) - 1);
  }

  draw(lines: readonly string[]): void {
    this.#sink.write(this.#erasure() + lines.join('\n'));
    this.#shown = lines.length;
  }

  /** Takes the block away; what is written next begins where it began. */
  clear(): void {
    if (this.#shown > 0) this.#sink.write(this.#erasure());
    this.#shown = 0;
  }

  #erasure(): string {
    return CLEAR_LINE + `${LINE_UP}${CLEAR_LINE}`.repeat(Math.max(0, this.#shown - 1));
  }
}

/** At most `width` characters, the last of them … where some were cut. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
}
