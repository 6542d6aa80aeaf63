import { stripVTControlCharacters, styleText } from 'node:util';
import type { DkmsDebError } from '../errors.ts';
import type { Reporter } from './reporter.ts';

/** The part of a stream that the reporter needs, so that tests can pass their own. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const CLEAR_LINE = '\r\u001b[K';

/** Messages for people on `sink` (stderr): progress is one live line on a terminal. */
export class TextReporter implements Reporter {
  readonly #sink: Sink;
  readonly #live: boolean;
  readonly #colour: boolean;
  #liveShown = false;

  constructor(sink: Sink, options: { live: boolean; colour: boolean }) {
    this.#sink = sink;
    this.#live = options.live;
    this.#colour = options.colour;
  }

  progress(message: string): void {
    if (!this.#live) {
      this.#line(printable(message));
      return;
    }
    const width = Math.max(20, (this.#sink.columns || 80) - 1);
    const line = [...printable(message).replaceAll('\n', ' ')];
    const cut = line.length > width ? `${line.slice(0, width - 1).join('')}…` : line.join('');
    this.#sink.write(`${CLEAR_LINE}${cut}`);
    this.#liveShown = true;
  }

  note(message: string): void {
    this.#line(printable(message));
  }

  warn(message: string, hint?: string): void {
    this.#line(`${this.#style('yellow', 'warning:')} ${printable(message)}`);
    if (hint !== undefined) this.#line(`  ${hint}`);
  }

  /** For --verbose only: what nobody has to read. */
  detail(line: string): void {
    this.#line(this.#style('dim', printable(line)));
  }

  /** The one place that prints an error: what, where, the tool's last lines, what to do. */
  failure(error: DkmsDebError, subject?: string): void {
    const where = error.where;
    const place =
      where === undefined
        ? ''
        : `${where.file}${where.line === undefined ? '' : `:${where.line}`}: `;
    const part = subject === undefined ? '' : `${subject}: `;
    this.#line(
      `${this.#style('red', 'dkms-deb: error:')} ${printable(part + place + error.message)}`,
    );
    for (const line of error.output) this.#line(`  | ${printable(line)}`);
    if (error.hint !== undefined) this.#line(`  ${error.hint}`);
  }

  /** Takes the live line away; call before anything else writes to the terminal. */
  finish(): void {
    if (this.#liveShown) this.#sink.write(CLEAR_LINE);
    this.#liveShown = false;
  }

  #line(text: string): void {
    this.finish();
    this.#sink.write(`${text}\n`);
  }

  #style(colour: 'red' | 'yellow' | 'dim', text: string): string {
    return this.#colour ? styleText(colour, text, { validateStream: false }) : text;
  }
}

/** Names and outputs of tools may hold escape sequences: they do not command the terminal. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, '');
}
