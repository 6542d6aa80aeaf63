/** Work for one document. `isLatest` returns false as soon as more work for the document waits. */
export type Work = (isLatest: () => boolean) => Promise<void>;

interface Waiting {
  timer: NodeJS.Timeout | undefined;
  /** The time in milliseconds of the first change since the last run. */
  since: number;
  work: Work;
}

/**
 * Runs work for documents that change often: only after a pause, and only for the newest change. For each document, one
 * run goes on at a time. The pause has `pause` milliseconds. If changes come without a pause, work runs every `most`
 * milliseconds. `failed` gets the errors of the work.
 */
export class LatestRun {
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #pause: number;
  readonly #most: number;
  readonly #failed: (error: unknown) => void;

  constructor(pause: number, most: number, failed: (error: unknown) => void) {
    this.#pause = pause;
    this.#most = most;
    this.#failed = failed;
  }

  /** Runs `work` for a document after a pause. `work` replaces earlier work that still waits. */
  request(key: string, work: Work): void {
    const now = Date.now();
    const before = this.#waiting.get(key);
    if (before?.timer !== undefined) clearTimeout(before.timer);
    const since = before?.since ?? now;
    const waiting: Waiting = { timer: undefined, since, work };
    const delay = Math.max(0, Math.min(this.#pause, since + this.#most - now));
    waiting.timer = setTimeout(() => this.#start(key, waiting), delay);
    this.#waiting.set(key, waiting);
  }

  /** Cancels the work that waits for a document. Work that runs already goes on. */
  cancel(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting?.timer !== undefined) clearTimeout(waiting.timer);
    this.#waiting.delete(key);
  }

  cancelAll(): void {
    for (const key of [...this.#waiting.keys()]) this.cancel(key);
  }

  #start(key: string, waiting: Waiting): void {
    waiting.timer = undefined;
    const running = this.#running.get(key);
    if (running !== undefined) {
      // When the current run ends, `waiting` starts, unless newer work has replaced it.
      void running.then(() => {
        if (this.#waiting.get(key) === waiting && waiting.timer === undefined)
          this.#start(key, waiting);
      });
      return;
    }
    this.#waiting.delete(key);
    const run = waiting
      .work(() => !this.#waiting.has(key))
      .catch(this.#failed)
      .finally(() => this.#running.delete(key));
    this.#running.set(key, run);
  }
}
