import { cut, type LiveBlock } from './live-block.ts';
import { printable } from './printable.ts';
import type { Advance, Task } from './reporter.ts';
import { clock, type TaskState, taskLine } from './task-line.ts';
import { aboutTime, timeLeft } from './time-left.ts';

interface Running {
  readonly subject: string;
  step: string;
  advance: Advance | undefined;
  /** How many objects are compiled. Steps other than compiling do not change this. */
  objects: { done: number; expected: number | undefined };
  readonly since: number;
}

/**
 * Shows a live line for each running task, as many as the terminal has room for, and below them a line with the number
 * of tasks that have ended.
 */
export class TaskBoard {
  readonly #block: LiveBlock;
  /** Writes a line above the live ones. */
  readonly #say: (line: string) => void;
  readonly #tasks = new Map<Task, Running>();
  readonly #ended: Running[] = [];
  readonly #alerts = new Set<string>();
  #failed = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(block: LiveBlock, say: (line: string) => void) {
    this.#block = block;
    this.#say = say;
  }

  begin(subject: string, total: number): Task {
    const state: Running = {
      subject: printable(subject),
      step: '',
      advance: undefined,
      objects: { done: 0, expected: undefined },
      since: performance.now(),
    };
    if (this.#tasks.size === 0 && this.#ended.length === 0) this.#since = state.since;
    const step = (message: string) => {
      state.step = oneLine(message);
      state.advance = undefined;
      this.#draw(total);
    };
    const task: Task = {
      step,
      briefStep: step,
      advance: (advance) => {
        state.advance = { ...advance, item: advance.item && oneLine(advance.item) };
        if (advance.unit === 'objects') {
          state.objects = { done: advance.done, expected: advance.expected };
        }
        this.#draw(total);
      },
      alert: (message) => {
        // An error that several kernels have is shown once.
        if (!this.#alerts.has(message)) this.#say(`${state.subject}: ${oneLine(message)}`);
        this.#alerts.add(message);
        this.#draw(total);
      },
      transcript() {},
      end: (result) => {
        this.#tasks.delete(task);
        this.#ended.push(state);
        if (result === 'failed') this.#failed++;
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
    const running = [...this.#tasks.values()];
    const shown = running.slice(0, height - 1);
    const pad = Math.max(0, ...shown.map(({ subject }) => [...subject].length));
    const lines = shown.map(({ since, ...state }) =>
      taskLine({ ...state, seconds: (now - since) / 1000 } satisfies TaskState, width, { pad }),
    );
    if (lines.length === 0) {
      this.#block.clear();
      return;
    }
    const sum = this.#totalLine(total, (now - this.#since) / 1000, width);
    if (sum !== undefined) lines.push(sum);
    this.#block.draw(lines);
  }

  /**
   * Returns the line about all tasks: how many have ended and failed, an estimate of the time left, if there is one,
   * and the time so far. Returns undefined for a single task without an estimate.
   */
  #totalLine(total: number, seconds: number, width: number): string | undefined {
    const begun = [
      ...this.#ended.map(({ objects }) => ({ ...objects, ended: true })),
      ...[...this.#tasks.values()].map(({ objects }) => ({ ...objects, ended: false })),
    ];
    const left = timeLeft(begun, total, seconds);
    if (total === 1 && left === undefined) return undefined;
    const parts = [
      ...(total > 1 ? [`${this.#ended.length} of ${total} done`] : []),
      ...(this.#failed > 0 ? [`${this.#failed} failed`] : []),
      ...(left === undefined ? [] : [aboutTime(left)]),
    ];
    const time = clock(seconds);
    return `${cut(parts.join(', '), width - time.length - 1)} ${time}`;
  }
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', ' ');
}

/** Formats a time in seconds as `12 s` or `2 min 5 s`. */
export function elapsed(seconds: number): string {
  const whole = Math.floor(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
