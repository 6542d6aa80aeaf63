import { type ChildProcess, spawn } from 'node:child_process';
import { Meter } from './meter.ts';
import { kill, memoryTogether, readProc } from './processes.ts';

/** The goal for each command: seconds as Meter counts them, and MiB. */
export const GOAL = { seconds: 15, mib: 300 };

/** Limits of the watcher. It stops a command that exceeds one of them. */
export const MOST = {
  /** CPU time of all processes. */
  cpuSeconds: 60,
  /** Time in which all processes slept. */
  idleSeconds: 60,
  /** Time on the clock. A command that reaches it has no result: the machine was too busy. */
  clockSeconds: 1800,
  mib: 1500,
};

/** What a command did, seen from outside. */
export interface Watched {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** CPU time and sleep, without the time in which its processes waited for a processor or a disk. */
  readonly seconds: number;
  /** The peak of all its processes together, or of the largest one if that is more. */
  readonly mib: number;
  readonly processes: number;
  /** The limit for which the watcher stopped the command. */
  readonly stopped?: 'cpu' | 'sleep' | 'clock' | 'memory';
}

export interface WatchOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds of CPU time and of sleep; by default those of MOST. */
  readonly mostSeconds?: number | undefined;
  /** Called every two milliseconds while the command runs. */
  readonly moving?: (() => void) | undefined;
  /** Called once, with the process. */
  readonly disturb?: ((child: ChildProcess) => void) | undefined;
}

/** Output of a stream beyond this is not kept. */
const MOST_OUTPUT = 32 * 1024 * 1024;
const LOOK_MILLISECONDS = 40;
const MOVE_MILLISECONDS = 2;
/** How long a stream may stay open after the command has ended, in milliseconds: a survivor holds it. */
const GRACE = 300;

/** Runs a command in a process group of its own, measures it, and kills it if it exceeds a limit of MOST. */
export async function watched(
  [program = '', ...args]: readonly string[],
  options: WatchOptions,
): Promise<Watched> {
  const began = performance.now();
  const { cwd, env, mostSeconds = MOST.cpuSeconds } = options;
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const meter = new Meter(pid);
  let [mib, processes] = [0, 0];
  let stopped: Watched['stopped'];
  const timers = [
    setInterval(() => {
      const pids = meter.look();
      processes = Math.max(processes, pids.length);
      mib = Math.max(mib, memoryTogether(pids, GOAL.mib / 2), ...pids.map(peakOf));
      if (meter.cpuSeconds > mostSeconds) stopped ??= 'cpu';
      else if (meter.idleSeconds > mostSeconds) stopped ??= 'sleep';
      else if (performance.now() - began > MOST.clockSeconds * 1000) stopped ??= 'clock';
      else if (mib > MOST.mib) stopped ??= 'memory';
      // A parent is killed before its children: it must not go on when a child has ended.
      if (stopped !== undefined) for (const one of pids) kill(one);
    }, LOOK_MILLISECONDS),
  ];
  if (options.moving !== undefined) timers.push(setInterval(options.moving, MOVE_MILLISECONDS));
  const ended = new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, by) => resolve([code, by]));
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  options.disturb?.(child);
  const [status, signal] = await ended.finally(() => {
    for (const timer of timers) clearInterval(timer);
  });
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, GRACE))]);
  child.stdout.destroy();
  child.stderr.destroy();
  const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
  const { seconds } = meter;
  return { status, signal, ...output, seconds, mib, processes, ...(stopped && { stopped }) };
}

/** The peak of one process, in MiB (proc(5), VmHWM). */
function peakOf(pid: number): number {
  const status = readProc(`/proc/${pid}/status`);
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

function collect(stream: NodeJS.ReadableStream): Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_OUTPUT) chunks.push(chunk);
  });
  return chunks;
}
