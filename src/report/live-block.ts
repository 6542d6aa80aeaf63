const CLEAR_LINE = '\r\u001b[K';
const LINE_UP = '\u001b[1A';
/**
 * Turns off that a long line goes on in the next one (DECAWM), and on again. Characters of double width would else make
 * a line longer than it was counted.
 */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

/** What the reporter needs of a stream. Tests give it one of their own. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Lines at the bottom of a terminal that are redrawn in place. */
export class LiveBlock {
  readonly #sink: Sink;
  /** The lengths of the lines that are shown. */
  #shown: readonly number[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** How many characters fit into a line of the terminal: 80 if it does not report its width. */
  get width(): number {
    return Math.max(20, (this.#sink.columns || 80) - 1);
  }

  /** How many lines of the terminal can be redrawn. Lines that have scrolled out of the screen cannot. */
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

  /** A terminal that has become narrower has broken the lines, so that they take more rows than there are lines. */
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
