import { fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../src/system/process/run.ts';
import { type HostilePart, isBad, type Judged } from '../test/hostile/part.ts';
import { PARTS } from '../test/hostile/parts.ts';
import { Meter } from '../test/hostile/watch/meter.ts';
import { Log } from './hostile/log.ts';
import { memoryOf } from './hostile/memory.ts';
import { type Numbered, report, tell } from './hostile/report.ts';

/**
 * Gives hostile inputs to dkms-deb and the real tools, and prints figures:
 *
 *   npm run hostile -- PART [--count N] [--seed S] [--from N] [--only TEXT] [--log LOG] [FILE …]
 *
 * A worker judges one input after the other. If an input takes longer or the worker more memory than the
 * part allows, this process kills the worker, counts the input as bad, and starts a new worker with the
 * next input. Time is counted by Meter, independently of the load. `--only` selects the inputs whose kind
 * contains TEXT. `--log` writes each result to a file; a second run with the same file continues after the
 * last one, and counts them all. The exit status is 1 if an input was bad.
 */
interface Message {
  readonly begins?: { index: number; kind: string };
  readonly judged?: Judged;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '12' },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    log: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const [name = '', ...files] = positionals;
const load = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;

if (load === undefined) {
  process.stderr.write(`hostile: name a part: ${Object.keys(PARTS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const part = await load();
  const count = files.length > 0 ? files.length : Number(values.count ?? part.count);
  if (process.send !== undefined) await work(part, Number(values.from), count);
  else process.exitCode = (await watch(part, count)) ? 1 : 0;
}

/** The worker. It sends a message before an input is made, one before the input is judged, and one with the result. */
async function work(part: HostilePart, from: number, count: number): Promise<void> {
  const send = (message: Message) => process.send?.(message);
  for (let index = from; index < count; index++) {
    const scratch = await mkdtemp(join(tmpdir(), 'dkms-deb-hostile-'));
    try {
      const file = files[index];
      send({ begins: { index, kind: file ?? 'not made yet' } });
      const input =
        file === undefined
          ? await part.input(Number(values.seed), index, scratch)
          : part.file?.(file, scratch);
      if (input === undefined) throw new Error(`${name} judges no files`);
      if (!input.kind.includes(values.only)) continue;
      send({ begins: { index, kind: input.kind } });
      send({ judged: await input.judge() });
    } finally {
      // Node's rm fails on paths of more than 4 096 bytes, which some inputs have.
      await run('rm', ['-rf', scratch]);
    }
  }
  process.disconnect();
}

/** Watches the worker. Returns true if an input was bad. */
async function watch(part: HostilePart, count: number): Promise<boolean> {
  const log = new Log(values.log);
  const results: Numbered[] = log.read();
  const add = (result: Numbered) => {
    results.push(result);
    log.write(result);
    if (isBad(result)) process.stderr.write(`${tell(result)}\n`);
  };
  let peak = 0;
  const last = results.reduce((most, { index }) => Math.max(most, index), -1);
  for (let next = Math.max(Number(values.from), last + 1); next < count; ) {
    const worker = fork(new URL(import.meta.url), [
      ...process.argv.slice(2),
      '--from',
      String(next),
    ]);
    const meter = new Meter(worker.pid ?? 0);
    let current = { index: next, kind: '', since: 0 };
    let reason = 'it ended by itself';
    worker.on('message', ({ begins, judged }: Message) => {
      if (begins !== undefined) {
        current = { ...begins, since: meter.seconds };
        if (next !== begins.index && begins.index % 100 === 0)
          process.stderr.write(`${begins.index} of ${count}\n`);
        next = begins.index;
      }
      if (judged === undefined) return;
      meter.look();
      const seconds = judged.seconds ?? meter.seconds - current.since;
      add({ ...judged, seconds, index: current.index });
      next = current.index + 1;
    });
    const timer = setInterval(async () => {
      meter.look();
      const mib = await memoryOf(worker.pid);
      peak = Math.max(peak, mib);
      if (mib > part.mostMib) reason = `memory: ${mib} MiB`;
      else if (meter.seconds - current.since > part.mostSeconds)
        reason = `time: ${part.mostSeconds} s`;
      else return;
      worker.kill('SIGKILL');
    }, 200);
    const status = await new Promise((resolve) => worker.once('exit', resolve));
    clearInterval(timer);
    if (status === 0) break;
    add({ kind: current.kind, outcome: 'crash', detail: reason, index: current.index });
    next = current.index + 1;
  }
  return report(part, results, { peak, files: files.length > 0, verbose: values.verbose });
}
