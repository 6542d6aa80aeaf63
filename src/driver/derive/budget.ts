/** A time limit for several steps together. */
export class Budget {
  readonly #end: number;
  #asks = true;

  constructor(seconds: number) {
    // performance.now() is used, because Date.now() jumps if somebody sets the clock of the machine.
    this.#end = performance.now() + seconds * 1000;
  }

  /** Returns the number of seconds that remain, at least 1. */
  left(): number {
    return Math.max(1, Math.ceil((this.#end - performance.now()) / 1000));
  }

  over(): boolean {
    return performance.now() >= this.#end;
  }

  /**
   * Forbids further calls of make that ask for modules. It is called when make did not end in time, because further
   * calls would not end either.
   */
  stopAsking(): void {
    this.#asks = false;
  }

  mayAsk(): boolean {
    return this.#asks && !this.over();
  }
}
