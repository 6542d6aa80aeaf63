import { readFileSync } from 'node:fs';

/** Limits for a program together with all processes that it starts. */
export interface Together {
  readonly memoryBytes: number;
  readonly processes: number;
  /**
   * How many seconds all processes may sleep at the same time, without using CPU time. A process that waits for a CPU
   * or a disk does not sleep, so a busy machine makes no difference.
   */
  readonly idleSeconds?: number;
  /** Returns the limit of CPU time in seconds. It is called each time the CPU time has grown by a second. */
  readonly cpuSeconds?: () => number;
}

const LOOK_MILLISECONDS = 30;
/** The size of a memory page on amd64 (4 KiB). On machines with larger pages, the computed memory is too small. */
const PAGE = 4096;
/**
 * Clock ticks in a second. The number is the same on all architectures that Debian releases (proc(5), /proc/PID/stat).
 */
const TICKS = 100;

/**
 * Checks the limits of a program and all its descendants at intervals. setrlimit(2) cannot do that: it limits each
 * process separately, counts processes of the whole user, and does not limit the processes of root. Calls `exceeded`
 * with a description of the exceeded limit. Returns a function that ends the checks. Without /proc nothing is checked.
 */
export function watchTogether(
  pid: number,
  most: Together,
  exceeded: (words: string) => void,
): () => void {
  const clock = new Clock(most);
  const timer = setInterval(() => {
    const below = [pid];
    const words = tooMuch(below, most) ?? clock.tooMuch(below);
    if (words !== undefined) exceeded(words);
  }, LOOK_MILLISECONDS);
  return () => clearInterval(timer);
}

/**
 * Adds all descendants to `below`. Returns a description of the exceeded limit, or undefined. The function is
 * synchronous, because /proc answers at once, and the processes must not grow during the check.
 */
function tooMuch(below: number[], most: Together): string | undefined {
  let bytes = 0;
  for (let i = 0; i < below.length; i++) {
    const one = below[i] ?? 0;
    below.push(...childrenOf(one));
    if (below.length > most.processes) return `starts more than ${most.processes} processes`;
    bytes += privateBytes(one);
  }
  if (bytes <= most.memoryBytes) return undefined;
  return `takes more than ${most.memoryBytes / 1024 / 1024} MiB of memory, with all that it starts`;
}

/** Measures the CPU time of processes, and how long all of them sleep. */
class Clock {
  readonly #most: Together;
  #ticks = 0;
  #workedAt = performance.now();
  #checked = 0;

  constructor(most: Together) {
    this.#most = most;
  }

  tooMuch(pids: readonly number[]): string | undefined {
    const { idleSeconds, cpuSeconds } = this.#most;
    if (idleSeconds === undefined && cpuSeconds === undefined) return undefined;
    const found = pids.map(stateOf);
    const ticks = found.reduce((sum, one) => sum + one.ticks, 0);
    if (ticks !== this.#ticks || found.some(({ works }) => works)) {
      this.#workedAt = performance.now();
    }
    this.#ticks = ticks;
    if (idleSeconds !== undefined && performance.now() - this.#workedAt > idleSeconds * 1000) {
      return `does nothing for ${idleSeconds} s`;
    }
    const seconds = Math.floor(ticks / TICKS);
    if (cpuSeconds === undefined || seconds <= this.#checked) return undefined;
    this.#checked = seconds;
    const limit = cpuSeconds();
    return seconds > limit ? `takes more than ${limit} s of CPU time` : undefined;
  }
}

/**
 * Returns the CPU time of a process and of its ended children in ticks, and whether the process runs or waits for a
 * disk.
 */
function stateOf(pid: number): { ticks: number; works: boolean } {
  const stat = read(`/proc/${pid}/stat`);
  // The fields after the name, which may contain blanks and parentheses. Field 3 of proc(5) has the index 0 here.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { ticks, works: fields[0] === 'R' || fields[0] === 'D' };
}

/**
 * Returns the children of a process. Only the children of its first thread are read, because shell and make have one
 * thread (proc(5), /proc/PID/task/TID/children).
 */
function childrenOf(pid: number): number[] {
  const words = read(`/proc/${pid}/task/${pid}/children`).split(' ');
  return words.filter((word) => /^\d+$/.test(word)).map(Number);
}

/**
 * Returns the memory in bytes that only this process uses: its resident memory that is not shared with files (proc(5),
 * /proc/PID/statm, fields 2 and 3).
 */
function privateBytes(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended.
    return '';
  }
}
