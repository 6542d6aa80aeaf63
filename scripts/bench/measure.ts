import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../test/support/project.ts';
import { markdownLine } from '../corpus/markdown.ts';

export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = new RegExp(process.env.BENCH_ROWS ?? '');

export const dkmsDeb = join(PROJECT, 'bin/dkms-deb');
/** The directory for everything that the benchmark writes. bench.ts removes it. */
export const scratch = mkdtempSync(join(tmpdir(), 'dkms-deb-bench-'));
export const cache = join(scratch, 'cache');
export const env = {
  ...process.env,
  DEBFULLNAME: 'Bench',
  DEBEMAIL: 'bench@example.invalid',
  SOURCE_DATE_EPOCH: '1790000000',
  XDG_CACHE_HOME: cache,
  CI: 'true',
};

/** The cost of a command. */
export interface Measured {
  /** Wall-clock time. */
  readonly seconds: number;
  /** CPU time in seconds. */
  readonly cpu: number;
  /** The largest resident size of a process. */
  readonly megabytes: number;
}

/** Prints a row of the table. */
export function printRow(cells: readonly string[]): void {
  process.stdout.write(`${markdownLine(cells)}\n`);
}

/** Whether BENCH_ROWS selects the row. */
export function wanted(name: string): boolean {
  return ROWS.test(name);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs a command under time(1). */
export function time(command: readonly string[], cwd = scratch): Measured {
  const result = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  if (result.status !== 0) throw new Error(`${command.join(' ')}\n${result.stderr}`);
  const [seconds = 0, user = 0, system = 0, kilobytes = 0] = last.split(' ').map(Number);
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024 };
}

/** Measures like `time`, but with a more exact wall-clock time: time(1) has a resolution of 10 ms. */
export function timeExactly(command: readonly string[], cwd = scratch): Measured {
  const begun = performance.now();
  const measured = time(command, cwd);
  return { ...measured, seconds: (performance.now() - begun) / 1000 };
}

/** Runs both commands in turn, `rounds` times after one warm-up, and prints a row of the table. */
export function compare(
  name: string,
  bound: string,
  ours: () => Measured,
  theirs: () => Measured,
  rounds = ROUNDS,
): void {
  if (!wanted(name)) return;
  ours();
  theirs();
  const pairs = Array.from({ length: rounds }, () => ({ a: ours(), b: theirs() }));
  const middle = (pick: (pair: { a: Measured; b: Measured }) => number) => {
    const value = median(pairs.map(pick));
    return Number.isNaN(value) ? '' : value.toFixed(2);
  };
  printRow([
    name,
    middle(({ a }) => a.seconds),
    middle(({ b }) => b.seconds),
    middle(({ a, b }) => a.seconds / b.seconds),
    middle(({ a, b }) => a.cpu / b.cpu),
    bound,
    String(Math.round(Math.max(...pairs.map(({ a }) => a.megabytes)))),
    String(rounds),
  ]);
}
