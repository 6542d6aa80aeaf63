import { spawn } from 'node:child_process';
import { memoryTogether, processesBelow, processesOf, Waits } from './processes.ts';

/** What came of a command, seen from outside. */
export interface Watched {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Without those in which its processes waited for a processor that others had. */
  readonly seconds: number;
  /** Of the command and all below it, at the worst moment that was seen. */
  readonly mib: number;
  readonly processes: number;
  /** What still ran after its end. */
  readonly left: readonly number[];
  /** We ended it. */
  readonly ended: boolean;
}

export interface WatchOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Who works in there, or has one of the marks, belongs to it. */
  readonly scratch: string;
  readonly marks: readonly string[];
  readonly mostSeconds: number;
  readonly mostMib: number;
}

/** Not read any more of a stream, but counted. */
const MOST_OUTPUT = 32 * 1024 * 1024;
const LOOK_MILLISECONDS = 40;
const MOST_WALL_SECONDS = 100;

/** Runs a command, looks at it every moment, and ends what is left of it. */
export async function watched(
  program: string,
  args: readonly string[],
  options: WatchOptions,
): Promise<Watched> {
  const began = process.hrtime.bigint();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  let mib = 0;
  let processes = 0;
  let ended = false;
  const waits = new Waits();
  const elapsed = () => Number(process.hrtime.bigint() - began) / 1e9;
  const look = setInterval(() => {
    const pids = processesBelow(pid);
    waits.look(pids);
    processes = Math.max(processes, pids.length);
    mib = Math.max(mib, memoryTogether(pids, 200));
    const isLate = waits.without(elapsed()) > options.mostSeconds || elapsed() > MOST_WALL_SECONDS;
    if (!isLate && mib < options.mostMib) return;
    ended = true;
    for (const one of pids.reverse()) kill(one);
  }, LOOK_MILLISECONDS);
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (code, by) => resolve([code, by]));
  });
  const seconds = waits.without(elapsed());
  clearInterval(look);
  // What is about to end may do so.
  let left = processesOf(options.scratch, options.marks);
  for (let round = 0; left.length > 0 && round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    left = processesOf(options.scratch, options.marks);
  }
  for (const one of left) kill(one);
  child.stdout.destroy();
  child.stderr.destroy();
  const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
  return { status, signal, ...output, seconds, mib, processes, left, ended };
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

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
