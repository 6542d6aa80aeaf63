import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Returns a process and all processes below it, by /proc/PID/task/TID/children (proc(5)). */
export function processesBelow(pid: number): number[] {
  const found = [pid];
  for (let i = 0; i < found.length; i++) {
    for (const task of listProc(`/proc/${found[i]}/task`)) {
      const children = readProc(`/proc/${found[i]}/task/${task}/children`);
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

/** Returns the memory of processes together, in MiB. Above `most`, shared pages are counted once (PSS). */
export function memoryTogether(pids: readonly number[], most: number): number {
  const resident = pids.map((pid) => Number(readProc(`/proc/${pid}/statm`).split(' ')[1] ?? 0));
  const roughly = (resident.reduce((sum, pages) => sum + pages, 0) * 4) / 1024;
  if (roughly <= most) return Math.round(roughly);
  let kib = 0;
  for (const pid of pids) {
    const rollup = readProc(`/proc/${pid}/smaps_rollup`);
    kib += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kib / 1024);
}

/** Returns the processes that work in a directory, or have one of the texts in their arguments or environment. */
export function processesOf(directory: string, marks: readonly string[]): number[] {
  return listProc('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false;
      const cwd = link(`/proc/${pid}/cwd`);
      if (cwd === directory || cwd.startsWith(`${directory}/`)) return true;
      const said = readProc(`/proc/${pid}/cmdline`) + readProc(`/proc/${pid}/environ`);
      return marks.some((mark) => said.includes(mark));
    });
}

/** Returns a file of /proc; '' if the process has ended. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Returns the names in a directory of /proc; [] if the process has ended. */
export function listProc(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
