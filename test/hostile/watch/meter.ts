import { listProc, processesBelow, readProc } from './processes.ts';

/** Clock ticks in a second (proc(5), /proc/PID/stat), the same on all architectures of Linux. */
const TICKS = 100;
/** A look that comes later than this was delayed by the load: what happened meanwhile is unknown. */
const MOST_BETWEEN_LOOKS = 0.25;

interface Known {
  /** Distinguishes processes that had the same pid. */
  readonly began: string;
  parent: number;
  /** Seconds of CPU time, with those of children that have ended and been waited for. */
  cpu: number;
  /** Seconds in which its threads wanted to run and had to wait for a processor. */
  waited: number;
}

/**
 * Measures a command in a way that does not depend on the load of the machine. Its time is the CPU time of all its
 * processes and the time in which all of them slept. The time in which they waited for a processor or a disk that
 * others use does not count.
 */
export class Meter {
  readonly #pid: number;
  #known = new Map<number, Known>();
  #lastLook = performance.now();
  /** CPU time of processes that have ended and that no known process has waited for. */
  #lost = 0;
  #cpu = 0;
  #idle = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** CPU time of the command and all that it started. */
  get cpuSeconds(): number {
    return this.#cpu;
  }

  /** The time in which all processes slept. */
  get idleSeconds(): number {
    return this.#idle;
  }

  /** The time that the command would take if the machine had nothing else to do, or somewhat more. */
  get seconds(): number {
    return this.#cpu + this.#idle;
  }

  /** Reads /proc. Must be called at short intervals. Returns the processes that run. */
  look(): number[] {
    const now = performance.now();
    const between = Math.min((now - this.#lastLook) / 1000, MOST_BETWEEN_LOOKS);
    this.#lastLook = now;
    const before = this.#known;
    // A process whose parent has ended is not below `pid` any more, and is still part of the command.
    const roots = [this.#pid, ...before.keys()];
    const found = new Map<number, Known>();
    let waited = 0;
    let waitsForDisk = false;
    for (const root of roots) {
      for (const pid of processesBelow(root)) {
        if (found.has(pid)) continue;
        const looked = lookAt(pid);
        const earlier = before.get(pid);
        if (looked === undefined || (earlier ?? looked).began !== looked.began) continue;
        found.set(pid, looked);
        waited += Math.max(0, looked.waited - (earlier?.waited ?? 0));
        waitsForDisk ||= looked.waitsForDisk;
      }
    }
    for (const [pid, { parent, cpu }] of before) {
      const isWaitedFor = found.has(parent) || before.has(parent);
      if (!found.has(pid) && !isWaitedFor && pid !== this.#pid) this.#lost += cpu;
    }
    this.#known = found;
    let cpu = this.#lost;
    for (const one of found.values()) cpu += one.cpu;
    // A process that has just ended is in the sum only after its parent has waited for it.
    const used = Math.max(0, cpu - this.#cpu);
    this.#cpu += used;
    if (!waitsForDisk) this.#idle += Math.max(0, between - used - waited);
    return [...found.keys()];
  }
}

function lookAt(pid: number): (Known & { waitsForDisk: boolean }) | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  // The fields after the name, which may contain blanks and parentheses: field 3 of proc(5) is number 0.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  let waited = 0;
  let waitsForDisk = false;
  for (const task of listProc(`/proc/${pid}/task`)) {
    waited += Number(readProc(`/proc/${pid}/task/${task}/schedstat`).split(' ')[1] ?? 0) / 1e9;
    waitsForDisk ||= /\) D /.test(readProc(`/proc/${pid}/task/${task}/stat`));
  }
  const [parent, began = ''] = [Number(fields[1]), fields[19]];
  return { began, parent, cpu: ticks / TICKS, waited, waitsForDisk };
}
