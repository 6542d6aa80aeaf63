import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Returns the processes whose working directory is in a directory, or whose command line contains it. */
export async function processesIn(directory: string): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const looked = await Promise.all(pids.map((pid) => lookAt(pid, directory)));
  return looked.filter((found) => found !== undefined);
}

/** Returns the processes that still exist after `seconds`. Killed processes disappear only after a moment. */
export async function lingeringIn(directory: string, seconds = 10): Promise<Process[]> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const left = await processesIn(directory);
    if (left.length === 0 || Date.now() > end) return left;
    await sleep(20);
  }
}

async function lookAt(pid: number, directory: string): Promise<Process | undefined> {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    const cwd = await readlink(`/proc/${pid}/cwd`);
    const inside = cwd === directory || cwd.startsWith(`${directory}/`);
    return inside || command.includes(directory) ? { pid, command } : undefined;
  } catch {
    // The process ended meanwhile, or belongs to another user.
    return undefined;
  }
}
