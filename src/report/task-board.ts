import { cut, type LiveBlock } from './live-block.ts';
import { printable } from './printable.ts';
import type { Task } from './reporter.ts';

/** Shows each running task as a live line with its subject, its step and its time. */
export class TaskBoard {
  readonly #block: LiveBlock;
  readonly #tasks = new Map<Task, { subject: string; step: string; since: number }>();
  #ended = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(block: LiveBlock) {
    this.#block = block;
  }

  begin(subject: string, total: number): Task {
    const state = { subject: printable(subject), step: '', since: performance.now() };
    const step = (message: string) => {
      state.step = printable(message).replaceAll('\n', ' ');
      this.#draw(total);
    };
    const task: Task = {
      step,
      briefStep: step,
      end: () => {
        this.#tasks.delete(task);
        this.#ended++;
        if (this.#tasks.size === 0) clearInterval(this.#timer);
        this.#draw(total);
      },
    };
    if (this.#tasks.size === 0) {
      clearInterval(this.#timer);
      this.#timer = setInterval(() => this.#draw(total), 1000).unref();
    }
    this.#tasks.set(task, state);
    return task;
  }

  #draw(total: number): void {
    const { width, height } = this.#block;
    const now = performance.now();
    const shown = [...this.#tasks.values()].slice(0, height - 1);
    const lines = shown.map(({ subject, step, since }) => {
      const time = elapsed((now - since) / 1000);
      return `${cut(`${subject}: ${step}`, width - time.length - 1)} ${time}`;
    });
    if (total > 1 && lines.length > 0) {
      lines.push(cut(`${this.#ended} of ${total} kernels done`, width));
    }
    if (lines.length > 0) this.#block.draw(lines);
    else this.#block.clear();
  }
}

/** Formats a time in seconds as `12 s` or `2 min 5 s`. */
export function elapsed(seconds: number): string {
  const whole = Math.floor(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
