import type { DkmsDebError } from '../errors.ts';
import { groupedTask, withoutCommands } from './github-groups.ts';
import { LiveBlock, type Sink } from './live-block.ts';
import { LiveStep } from './live-step.ts';
import { type Paint, painter } from './paint.ts';
import { printable } from './printable.ts';
import type { Advance, CommandReporter, Task } from './reporter.ts';
import { formatTable } from './table.ts';
import { TaskBoard } from './task-board.ts';

interface Style {
  readonly live: boolean;
  readonly colour: boolean;
  /** Whether the messages become part of a log of GitHub Actions. */
  readonly github?: boolean;
}

/** Writes messages to `sink` (stderr). On a terminal, progress is live, with a line for each task. */
export class TextReporter implements CommandReporter {
  readonly #sink: Sink;
  readonly #live: boolean;
  readonly #paint: Paint;
  readonly #github: boolean;
  /** The running tasks, each with a text that names its subject and its step. */
  readonly #tasks = new Map<Task, string>();
  #lastStep = '';
  readonly #block: LiveBlock;
  readonly #board: TaskBoard;
  readonly #step: LiveStep;

  constructor(sink: Sink, options: Style) {
    this.#sink = sink;
    this.#live = options.live;
    this.#paint = painter(options.colour);
    this.#github = options.github ?? false;
    this.#block = new LiveBlock(sink);
    this.#board = new TaskBoard(this.#block, (line) => this.#alert(line));
    this.#step = new LiveStep(this.#block);
  }

  progress(message: string): void {
    this.#lastStep = printable(message);
    // While tasks run, only they have live lines.
    if (this.#live && this.#tasks.size === 0) this.#step.begin(message);
    if (this.#live) return;
    this.#line(printable(message));
  }

  briefProgress(message: string): void {
    if (this.#live) this.progress(message);
  }

  advance(advance: Advance): void {
    if (this.#live && this.#tasks.size === 0) this.#step.advance(advance);
  }

  alert(message: string): void {
    if (this.#live) this.#alert(printable(message));
  }

  /** Does nothing: the output of make is only shown for tasks, and only in a log of GitHub Actions. */
  transcript(): void {}

  /** Begins a task. Its subject and step are kept for interrupted(). */
  task(subject: string, total: number): Task {
    this.#step.stop();
    const task = this.#newTask(subject, total);
    const name = printable(subject);
    const keep = (message: string) => this.#tasks.set(task, `${name} (${printable(message)})`);
    this.#tasks.set(task, name);
    return {
      ...task,
      step: (message) => {
        keep(message);
        task.step(message);
      },
      briefStep: (message) => {
        keep(message);
        task.briefStep(message);
      },
      end: (result) => {
        this.#tasks.delete(task);
        task.end(result);
      },
    };
  }

  #newTask(subject: string, total: number): Task {
    if (this.#live) return this.#board.begin(subject, total);
    if (this.#github) return groupedTask(subject, (text) => this.#sink.write(`${text}\n`));
    return {
      step: (message) => this.#line(printable(`${subject}: ${message}`)),
      briefStep() {},
      advance() {},
      alert() {},
      transcript() {},
      end() {},
    };
  }

  /**
   * Reports what a signal has stopped, and what remains: `left` are paths that could not be removed, `logs` is the
   * directory with the logs of builds.
   */
  interrupted(signal: string, left: readonly string[], logs: string): void {
    const running = [...this.#tasks.values()];
    const what = running.length > 0 ? running : [this.#lastStep].filter(Boolean);
    this.#line(`dkms-deb: stopped by ${signal}${what.length > 0 ? `: ${what.join(', ')}` : ''}`);
    if (left.length === 0) {
      this.#line('  Unfinished files are removed; results that were printed are complete.');
    }
    if (running.length > 0) this.#line(`  Logs of the builds stay in ${logs}`);
    for (const path of left)
      this.#line(`  Left behind, because it could not be removed: ${printable(path)}`);
  }

  /** Writes a table. In a pipe it may have any width. */
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

  /** Writes a detail of the work, for --verbose. */
  detail(line: string): void {
    this.#line(this.#paint('dim', printable(line)));
  }

  /**
   * Prints an error: its message, its place, the last output lines of the program that failed, its hint. Errors
   * are printed in full only here.
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

  /** Erases the live lines. Call it before anything else writes to the terminal. */
  finish(): void {
    this.#step.stop();
    this.#block.clear();
  }

  #alert(text: string): void {
    this.#line(`${this.#paint('red', 'error:')} ${text}`);
  }

  #line(text: string): void {
    this.finish();
    this.#sink.write(`${this.#github ? withoutCommands(text) : text}\n`);
  }
}
