import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { processesBelow, processesOf } from '../confs/processes.ts';

export interface WatchedRun {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly seconds: number;
  /** Of the processor, all its processes together. */
  readonly cpuSeconds: number;
  /** Of its largest process. */
  readonly peakMib: number;
  readonly hung: boolean;
}

/** A machine that others use may take long for what is no work. */
export interface Limits {
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Called while it works. */
  readonly moving?: (() => void) | undefined;
}

/** A second of proc(5), as on every architecture of Linux. */
const TICKS = 100;
const MOST_OUTPUT = 20_000_000;

/** Runs a command line in a process group of its own and looks at it while it works. */
export async function watchedRun(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  { cpuSeconds: mostCpu, seconds, moving }: Limits,
): Promise<WatchedRun> {
  const [program = '', ...args] = words;
  const begun = performance.now();
  const child = spawn(program, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  let peakMib = 0;
  let cpuSeconds = 0;
  let hung = false;
  const kill = () => {
    if (child.pid !== undefined) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > MOST_OUTPUT) kill();
      else pieces[name].push(piece);
    });
  }
  const timers = [
    setInterval(async () => {
      const { mib, cpu } = await lookAt(child.pid ?? 0);
      peakMib = Math.max(peakMib, mib);
      cpuSeconds = Math.max(cpuSeconds, cpu);
      if (cpuSeconds < mostCpu && performance.now() - begun < seconds * 1000) return;
      hung = true;
      kill();
    }, 40),
    setInterval(() => attempt(moving), 2),
  ];
  const ended = await new Promise<{ status: number | null; signal: string | null }>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve({ status, signal }));
    },
  );
  for (const timer of timers) clearTimeout(timer);
  const [stdout, stderr] = [Buffer.concat(pieces.stdout), Buffer.concat(pieces.stderr)];
  const taken = (performance.now() - begun) / 1000;
  return { ...ended, stdout, stderr, seconds: taken, cpuSeconds, peakMib, hung };
}

/** What moves may be where the last move has left nothing. */
function attempt(move: (() => void) | undefined): void {
  try {
    move?.();
  } catch {
    // The next one may find what it needs.
  }
}

/** The peak of the largest process at or below `pid`, and what all of them have used of the processor. */
async function lookAt(pid: number): Promise<{ mib: number; cpu: number }> {
  const looked = await Promise.all(
    processesBelow(pid).map(async (one) => {
      const read = (file: string) => readFile(`/proc/${one}/${file}`, 'utf8').catch(() => '');
      const [status, stat] = await Promise.all([read('status'), read('stat')]);
      // utime, stime, and those of children that have ended: fields 14 to 17 of proc(5).
      const times = stat
        .replace(/^.*\) /s, '')
        .split(' ')
        .slice(11, 15);
      return {
        mib: Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024),
        cpu: times.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS,
      };
    }),
  );
  return {
    mib: Math.max(...looked.map(({ mib }) => mib)),
    cpu: looked.reduce((sum, { cpu }) => sum + cpu, 0),
  };
}

/** Ends processes that have `mark` in their environment; how they were called. */
export async function endLingering(mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of processesOf('/nowhere', [mark])) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words === '') continue;
    found.push(words.replaceAll('\0', ' ').trim());
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  return found;
}
