import { readFileSync } from 'node:fs';

/** Limits for a program together with all processes that it starts. */
export interface Together {
  readonly memoryBytes: number;
  readonly processes: number;
}

const LOOK_MILLISECONDS = 30;
/** Pages of memory have 4 KiB on amd64; where they are larger, less is counted than there is. */
const PAGE = 4096;

/**
 * Looks now and then at a program and all below it: setrlimit(2) limits each process for itself, counts
 * processes per user, and does not limit root's. `exceeded` hears in words what was too much. Returns what
 * ends the watch. Without /proc nothing is seen.
 */
export function watchTogether(
  pid: number,
  most: Together,
  exceeded: (words: string) => void,
): () => void {
  const timer = setInterval(() => {
    const words = tooMuch(pid, most);
    if (words !== undefined) exceeded(words);
  }, LOOK_MILLISECONDS);
  return () => clearInterval(timer);
}

/** Synchronous: /proc answers at once, and nothing may grow in the meantime. */
function tooMuch(pid: number, most: Together): string | undefined {
  const below = [pid];
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

/** Of its only thread, as programs of shell and make have no other (proc(5), /proc/PID/task/TID/children). */
function childrenOf(pid: number): number[] {
  const words = read(`/proc/${pid}/task/${pid}/children`).split(' ');
  return words.filter((word) => /^\d+$/.test(word)).map(Number);
}

/**
 * Returns the resident memory of a process that is not shared with files, in bytes (proc(5), /proc/PID/statm, fields
 * 2 and 3).
 */
function privateBytes(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended.
    return '';
  }
}
