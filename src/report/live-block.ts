const CLEAR_LINE = '\r\u001b[K';
const LINE_UP = '\u001b[1A';
/**
 * These sequences turn the wrapping of long lines off and on (DECAWM). With wrapping, a line with characters of double
 * width could take two rows, but would be counted as one.
 */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

/** The part of a stream that the reporter uses. Tests pass their own. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** A block of lines at the bottom of a terminal that is redrawn in place. */
export class LiveBlock {
  readonly #sink: Sink;
  /** The lengths of the lines that the block shows now. */
  #shown: readonly number[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** How many characters fit into a line. A terminal that does not report its width is taken to have 80 columns. */
  get width(): number {
    return Math.max(20, (this.#sink.columns || 80) - 1);
  }

  /** How many lines can be redrawn. A line that has scrolled off the screen cannot be redrawn. */
  get height(): number {
    return Math.max(2, (this.#sink.rows || 24) - 1);
  }

  draw(lines: readonly string[]): void {
    this.#sink.write(`${this.#erasure()}${NO_WRAP}${lines.join('\n')}${WRAP}`);
    this.#shown = lines.map((line) => [...line].length);
  }

  /** Erases the block. The next output starts where the block started. */
  clear(): void {
    if (this.#shown.length > 0) this.#sink.write(this.#erasure());
    this.#shown = [];
  }

  /**
   * Returns the sequence that erases the block. If the terminal has become narrower, it has wrapped the lines, so
   * they take more rows than there are lines.
   */
  #erasure(): string {
    const rows = this.#shown.reduce((sum, length) => sum + Math.ceil(length / (this.width + 1)), 0);
    return CLEAR_LINE + `${LINE_UP}${CLEAR_LINE}`.repeat(Math.max(0, rows - 1));
  }
}

/** Shortens a text to `width` characters. If it was longer, the last character is `…`. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
}
