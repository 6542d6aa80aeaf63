import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** What became of a program: it did not run; it ran; it ran where it could not write a file. */
export type Fate = 'no' | 'runs' | 'apart';

/**
 * Programs that say that they ran. Each writes its name into a fifo, which a program can do that may
 * write to no file system, and then a file.
 */
export class Canary {
  readonly #directory: string;
  readonly #fifo: string;
  readonly #handle: number;
  #heard = new Set<string>();

  private constructor(directory: string, fifo: string) {
    this.#directory = directory;
    this.#fifo = fifo;
    this.#handle = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  }

  static async make(parent: string): Promise<Canary> {
    const directory = join(parent, 'canary');
    await mkdir(directory);
    await chmod(directory, 0o1777);
    const fifo = join(directory, 'fifo');
    await run('mkfifo', ['-m', '666', fifo]);
    return new Canary(directory, fifo);
  }

  /** Shell commands that say `name`. */
  sing(name: string): string {
    return `(echo ${name} >${this.#fifo}; echo >${this.#directory}/${name}) 2>/dev/null`;
  }

  /** A program that does. */
  script(name: string): string {
    return `#!/bin/sh\n${this.sing(name)}\n`;
  }

  /** Forgets what was heard. */
  async forget(): Promise<void> {
    this.#listen();
    for (const name of this.#heard) await rm(join(this.#directory, name), { force: true });
    this.#heard = new Set();
  }

  /** What became of these programs, which share one fate; all their fates where they do not. */
  fate(names: readonly string[]): Fate | string {
    this.#listen();
    const fates = new Map(names.map((name) => [name, this.#fateOf(name)]));
    const all = new Set(fates.values());
    const [only] = all;
    return all.size === 1 && only !== undefined
      ? only
      : [...fates].map(([name, fate]) => `${name}: ${fate}`).join(', ');
  }

  #fateOf(name: string): Fate {
    if (!this.#heard.has(name)) return 'no';
    return existsSync(join(this.#directory, name)) ? 'runs' : 'apart';
  }

  #listen(): void {
    const buffer = Buffer.alloc(65_536);
    try {
      const said = buffer.toString('utf8', 0, readSync(this.#handle, buffer));
      for (const name of said.split('\n').slice(0, -1)) this.#heard.add(name);
    } catch (error) {
      // Nobody has said anything.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }

  close(): void {
    closeSync(this.#handle);
  }
}
