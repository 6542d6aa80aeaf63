import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes below one, by /proc/PID/task/TID/children (proc(5)), itself included. */
export function processesBelow(pid: number): number[] {
  const found = [pid];
  for (let i = 0; i < found.length; i++) {
    for (const task of list(`/proc/${found[i]}/task`)) {
      const children = read(`/proc/${found[i]}/task/${task}/children`);
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

/** What processes have in memory together, MiB; shared pages count once where that matters (PSS). */
export function memoryTogether(pids: readonly number[], most: number): number {
  const resident = pids.map((pid) => Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0));
  const roughly = (resident.reduce((sum, pages) => sum + pages, 0) * 4) / 1024;
  if (roughly <= most) return Math.round(roughly);
  let kib = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    kib += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kib / 1024);
}

/** Processes that work in a directory, or have a text among their arguments or in their environment. */
export function processesOf(directory: string, marks: readonly string[]): number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false;
      const cwd = link(`/proc/${pid}/cwd`);
      if (cwd === directory || cwd.startsWith(`${directory}/`)) return true;
      const said = read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`);
      return marks.some((mark) => said.includes(mark));
    });
}

/** How long processes wanted to run and could not (proc(5), /proc/PID/schedstat). */
export class Waits {
  readonly #last = new Map<number, readonly [ran: number, waited: number]>();

  look(pids: readonly number[]): void {
    for (const pid of pids) {
      const [ran = 0, waited = 0] = read(`/proc/${pid}/schedstat`).split(' ').map(Number);
      if (ran > 0) this.#last.set(pid, [ran / 1e9, waited / 1e9]);
    }
  }

  /** What a command would have taken alone: not less than all its processes ran. */
  without(seconds: number): number {
    let ran = 0;
    let waited = 0;
    for (const [one, other] of this.#last.values()) {
      ran += one;
      waited += other;
    }
    return Math.min(seconds, Math.max(seconds - waited, ran));
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
