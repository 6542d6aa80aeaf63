// How the rows of the benchmark are measured and printed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = new RegExp(process.env.BENCH_ROWS ?? '');

export const project = resolve(import.meta.dirname, '../..');
export const dkmsDeb = join(project, 'bin/dkms-deb');
/** For all that the benchmark writes; bench.mjs removes it. */
export const scratch = mkdtempSync(join(tmpdir(), 'dkms-deb-bench-'));
export const env = {
  ...process.env,
  DEBFULLNAME: 'Bench',
  DEBEMAIL: 'bench@example.invalid',
  SOURCE_DATE_EPOCH: '1790000000',
  XDG_CACHE_HOME: join(scratch, 'cache'),
  CI: 'true',
};

export const say = (line) => process.stdout.write(`${line}\n`);
export const wanted = (name) => ROWS.test(name);
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs a command: seconds on the clock and of CPU, and the largest resident size in MB of a process. */
export function time(command, cwd = scratch) {
  const result = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  if (result.status !== 0) throw new Error(`${command.join(' ')}\n${result.stderr}`);
  const [seconds, user, system, kilobytes] = last.split(' ').map(Number);
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024 };
}

/** As `time`, more exact on the clock: time(1) counts hundredths. */
export function timeExactly(command, cwd = scratch) {
  const begun = performance.now();
  const measured = time(command, cwd);
  return { ...measured, seconds: (performance.now() - begun) / 1000 };
}

/** Both in turn, `rounds` times after one warm-up; prints a row of the table. */
export function compare(name, bound, ours, theirs, rounds = ROUNDS) {
  if (!wanted(name)) return;
  ours();
  theirs();
  const pairs = Array.from({ length: rounds }, () => ({ a: ours(), b: theirs() }));
  const middle = (pick) => {
    const value = median(pairs.map(pick));
    return Number.isNaN(value) ? '' : value.toFixed(2);
  };
  const clock = middle(({ a, b }) => a.seconds / b.seconds);
  const cpu = middle(({ a, b }) => a.cpu / b.cpu);
  const memory = Math.round(Math.max(...pairs.map(({ a }) => a.megabytes)));
  say(
    `| ${name} | ${middle(({ a }) => a.seconds)} | ${middle(({ b }) => b.seconds)} | ${clock} | ${cpu} | ${bound} | ${memory} | ${rounds} |`,
  );
}
