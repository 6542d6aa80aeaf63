import { readFileSync } from 'node:fs';

/** Limits for a program together with all processes that it starts. */
export interface Together {
  readonly memoryBytes: number;
  readonly processes: number;
}

const LOOK_MILLISECONDS = 30;
/** The size of a memory page on amd64 (4 KiB). On machines with larger pages, the computed memory is too small. */
const PAGE = 4096;

/**
 * Checks the limits of a program and all its descendants at intervals, because setrlimit(2) limits each process
 * separately, counts processes per user, and does not limit root's. Calls `exceeded` with a description of the
 * exceeded limit. Returns a function that ends the checks. Without /proc nothing is checked.
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

/**
 * Returns which limit is exceeded, in words. The function is synchronous, because /proc answers at once, and the
 * processes must not grow during the check.
 */
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

/**
 * Returns the children of a process. Only those of its first thread are read, because shell and make have only one
 * thread (proc(5), proc/PID/task/TID/children).
 */
function childrenOf(pid: number): number[] {
  const words = read(`/proc/${pid}/task/${pid}/children`).split(' ');
  return words.filter((word) => /^\d+$/.test(word)).map(Number);
}

/**
 * Returns how many bytes of memory a process has for itself: its resident memory that is not shared with files
 * (proc(5), /proc/PID/statm, fields 2 and 3).
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
