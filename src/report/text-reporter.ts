import type { DkmsDebError } from '../errors.ts';
import { cut, LiveBlock, type Sink } from './live-block.ts';
import { type Paint, painter } from './paint.ts';
import { printable } from './printable.ts';
import type { CommandReporter, Task } from './reporter.ts';
import { formatTable } from './table.ts';
import { TaskBoard } from './task-board.ts';

/** Writes messages to `sink` (stderr). On a terminal, progress is live, with a line for each task. */
export class TextReporter implements CommandReporter {
  readonly #sink: Sink;
  readonly #live: boolean;
  readonly #paint: Paint;
  readonly #block: LiveBlock;
  readonly #board: TaskBoard;

  constructor(sink: Sink, options: { live: boolean; colour: boolean }) {
    this.#sink = sink;
    this.#live = options.live;
    this.#paint = painter(options.colour);
    this.#block = new LiveBlock(sink);
    this.#board = new TaskBoard(this.#block);
  }

  progress(message: string): void {
    if (!this.#live) {
      this.#line(printable(message));
      return;
    }
    this.#block.draw([cut(printable(message).replaceAll('\n', ' '), this.#block.width)]);
  }

  task(subject: string, total: number): Task {
    if (this.#live) return this.#board.begin(subject, total);
    return {
      step: (message) => this.#line(printable(`${subject}: ${message}`)),
      briefStep() {},
      end() {},
    };
  }

  /** Writes a table. If the output goes to a pipe, the table may have any width. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    const width = this.#sink.isTTY ? this.#block.width : Number.POSITIVE_INFINITY;
    for (const line of formatTable(heading, rows, width)) this.#line(printable(line));
  }

  note(message: string): void {
    this.#line(printable(message));
  }

  warn(message: string, hint?: string): void {
    this.#line(`${this.#paint('yellow', 'warning:')} ${printable(message)}`);
    if (hint !== undefined) this.#line(`  ${printable(hint)}`);
  }

  /** Writes a line for --verbose, with a detail of the work. */
  detail(line: string): void {
    this.#line(this.#paint('dim', printable(line)));
  }

  /**
   * Prints an error: message, place, last output lines of the failed program, hint. Errors are printed nowhere
   * else.
   */
  failure(error: DkmsDebError, subject?: string): void {
    const where = error.where;
    const place =
      where === undefined
        ? ''
        : `${where.file}${where.line === undefined ? '' : `:${where.line}`}: `;
    const known = subject === undefined || subject === where?.file;
    const part = known ? '' : `${subject}: `;
    this.#line(
      `${this.#paint('red', 'dkms-deb: error:')} ${printable(part + place + error.message)}`,
    );
    for (const line of error.output) this.#line(`  | ${printable(line)}`);
    if (error.hint !== undefined) this.#line(`  ${printable(error.hint)}`);
  }

  /** Erases the live lines. It must be called before anything else writes to the terminal. */
  finish(): void {
    this.#block.clear();
  }

  #line(text: string): void {
    this.finish();
    this.#sink.write(`${text}\n`);
  }
}
