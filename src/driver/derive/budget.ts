/** How long finding out may take in all. */
export class Budget {
  readonly #end: number;
  #asks = true;

  constructor(seconds: number) {
    this.#end = Date.now() + seconds * 1000;
  }

  /** Seconds that are left, at least one. */
  left(): number {
    return Math.max(1, Math.ceil((this.#end - Date.now()) / 1000));
  }

  over(): boolean {
    return Date.now() >= this.#end;
  }

  /** A makefile did not come to an end: another question would not, either. */
  stopAsking(): void {
    this.#asks = false;
  }

  mayAsk(): boolean {
    return this.#asks && !this.over();
  }
}
