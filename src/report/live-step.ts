import type { LiveBlock } from './live-block.ts';
import { printable } from './printable.ts';
import type { Advance } from './reporter.ts';
import { taskLine } from './task-line.ts';

/** A step shows its time after this number of seconds. Most steps end sooner. */
const SHOWN_FROM = 2;

/** Shows the current step of a command that does one thing after the other, and how long the step has taken. */
export class LiveStep {
  readonly #block: LiveBlock;
  #step = '';
  #advance: Advance | undefined;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(block: LiveBlock) {
    this.#block = block;
  }

  begin(message: string): void {
    this.#step = printable(message).replaceAll('\n', ' ');
    this.#advance = undefined;
    this.#since = performance.now();
    this.#draw();
  }

  advance(advance: Advance): void {
    this.#advance = { ...advance, item: advance.item && printable(advance.item) };
    this.#draw();
  }

  /** Stops drawing, because the step is over or something else is written, such as a question. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #draw(): void {
    this.#timer ??= setInterval(() => this.#draw(), 1000).unref();
    const seconds = (performance.now() - this.#since) / 1000;
    const state = { subject: '', step: this.#step, advance: this.#advance, seconds };
    this.#block.draw([taskLine(state, this.#block.width, { isTimed: seconds >= SHOWN_FROM })]);
  }
}
