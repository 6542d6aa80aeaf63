import { readFile } from 'node:fs/promises';

/** What a program and all that it starts may have together. */
export interface Together {
  readonly memoryBytes: number;
  readonly processes: number;
}

const LOOK_MILLISECONDS = 60;
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
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    const words = await tooMuch(pid, most);
    busy = false;
    if (words !== undefined) exceeded(words);
  }, LOOK_MILLISECONDS);
  return () => clearInterval(timer);
}

async function tooMuch(pid: number, most: Together): Promise<string | undefined> {
  const below = [pid];
  for (let i = 0; i < below.length; i++) {
    below.push(...(await childrenOf(below[i] ?? 0)));
    if (below.length > most.processes) return `starts more than ${most.processes} processes`;
  }
  let bytes = 0;
  for (const one of below) bytes += await privateBytes(one);
  if (bytes <= most.memoryBytes) return undefined;
  return `takes more than ${most.memoryBytes / 1024 / 1024} MiB of memory, with all that it starts`;
}

/** Of its only thread, as programs of shell and make have no other (proc(5), /proc/PID/task/TID/children). */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  return text
    .split(' ')
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
}

/** Resident memory that it shares with no file (proc(5), /proc/PID/statm, fields 2 and 3). */
async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'latin1').catch(() => '');
  const [, resident = 0, shared = 0] = text.split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE;
}
