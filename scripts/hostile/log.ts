import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Numbered } from './report.ts';

/** The results of a campaign in a file, a JSON object on each line: the next run continues after these results. */
export class Log {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  read(): Numbered[] {
    if (this.#file === undefined || !existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Numbered);
  }

  write(result: Numbered): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(result)}\n`);
  }
}
