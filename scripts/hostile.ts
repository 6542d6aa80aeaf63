import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostileDeb, type Judged, judge, judgeFile } from '../test/hostile/verify-campaign.ts';

/**
 * Hostile input against the real tools, with figures:
 *
 *   npm run hostile -- verify [--count N] [--seed S] [--from N] [FILE.deb …]
 *
 * A worker judges the inputs, one after the other. This process watches it: who needs longer than
 * MOST_SECONDS for one or takes more than MOST_MIB of memory is ended, the input is counted as bad, and
 * a new worker goes on behind it. Exit status 1 where anything was bad.
 */
const PARTS = ['verify'];
const MOST_SECONDS = 60;
/** Of the worker as it is, about 200 MiB are Node's and the harness's own. */
const MOST_MIB = 500;

interface Message {
  readonly begins?: { index: number; kind: string };
  readonly judged?: Judged;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1200' },
    seed: { type: 'string', default: '12' },
    from: { type: 'string', default: '0' },
    verbose: { type: 'boolean', default: false },
  },
});
const [part = '', ...files] = positionals;
const seed = Number(values.seed);
const count = files.length > 0 ? files.length : Number(values.count);

if (!PARTS.includes(part)) {
  process.stderr.write(`hostile: name a part: ${PARTS.join(', ')}\n`);
  process.exitCode = 2;
} else if (process.send !== undefined) await work(Number(values.from));
else process.exitCode = (await watch()) ? 1 : 0;

/** The worker: says what it begins, and what came of it. */
async function work(from: number): Promise<void> {
  const send = (message: Message) => process.send?.(message);
  for (let index = from; index < count; index++) {
    const scratch = await mkdtemp(join(tmpdir(), 'dkms-deb-hostile-'));
    try {
      const file = files[index];
      if (file !== undefined) {
        send({ begins: { index, kind: file } });
        send({ judged: await judgeFile(file, file, scratch) });
      } else {
        const { kind, bytes } = await hostileDeb(seed, index);
        send({ begins: { index, kind } });
        send({ judged: await judge(bytes, kind, scratch) });
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  process.disconnect();
}

/** True where something was bad. */
async function watch(): Promise<boolean> {
  const results: (Judged & { index: number })[] = [];
  let peak = 0;
  let slowest = 0;
  for (let next = Number(values.from); next < count; ) {
    const worker = fork(new URL(import.meta.url), [
      ...process.argv.slice(2),
      '--from',
      String(next),
    ]);
    let current = { index: next, kind: '', since: Date.now() };
    let reason = 'crash: it ended by itself';
    worker.on('message', ({ begins, judged }: Message) => {
      if (begins !== undefined) current = { ...begins, since: Date.now() };
      if (judged === undefined) return;
      slowest = Math.max(slowest, Date.now() - current.since);
      results.push({ ...judged, index: current.index });
      next = current.index + 1;
      if (next % 100 === 0) process.stderr.write(`${next} of ${count}\n`);
    });
    const timer = setInterval(async () => {
      const mib = await memoryOf(worker);
      peak = Math.max(peak, mib);
      if (mib > MOST_MIB) reason = `memory: ${mib} MiB`;
      else if (Date.now() - current.since > MOST_SECONDS * 1000) reason = `time: ${MOST_SECONDS} s`;
      else return;
      worker.kill('SIGKILL');
    }, 200);
    await new Promise((resolve) => worker.once('exit', resolve));
    clearInterval(timer);
    if (next < count) {
      results.push({ kind: current.kind, outcome: 'crash', detail: reason, index: current.index });
      next = current.index + 1;
    }
  }
  return report(results, peak, slowest);
}

async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

function report(results: readonly (Judged & { index: number })[], peak: number, slowest: number) {
  const bad = results.filter(({ outcome }) => !['agree', 'strict'].includes(outcome));
  const groups = new Map<string, { tried: number; bad: number; strict: number }>();
  for (const { kind, outcome } of results) {
    const name = files.length > 0 ? 'files' : (kind.split(':')[0] ?? kind);
    const group = groups.get(name) ?? { tried: 0, bad: 0, strict: 0 };
    group.tried++;
    if (outcome === 'strict') group.strict++;
    else if (outcome !== 'agree') group.bad++;
    groups.set(name, group);
  }
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print('| kind | tried | bad | stricter than dpkg |\n|---|---|---|---|');
  for (const [name, group] of groups) {
    print(`| ${name} | ${group.tried} | ${group.bad} | ${group.strict} |`);
  }
  const strict = results.filter(({ outcome }) => outcome === 'strict');
  print(`| all | ${results.length} | ${bad.length} | ${strict.length} |`);
  print(`\nslowest ${(slowest / 1000).toFixed(1)} s, peak memory ${peak} MiB (harness included)`);
  const told = values.verbose ? [...bad, ...strict] : bad;
  for (const { index, kind, outcome, detail } of told) {
    print(`${index} ${outcome} ${kind}: ${detail.slice(0, 300)}`);
  }
  return bad.length > 0;
}
