import type { ChildProcess } from 'node:child_process';
import { PROJECT } from '../../support/project.ts';
import { leftProcesses } from '../watch/left-processes.ts';
import { GOAL, watched } from '../watch/watched.ts';
import type { Stage } from './stage.ts';

/** The command under test; another build of it may be measured. */
export const PROGRAM = process.env.HOSTILE_PROGRAM ?? `${PROJECT}/bin/dkms-deb`;

export interface Played {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** On the clock. */
  readonly seconds: number;
  /** Seconds as Meter counts them. */
  readonly own: number;
  readonly mib: number;
  /** The watcher stopped it, because it did not end by itself. */
  readonly hung: boolean;
}

export interface PlayOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command. */
  readonly under?: readonly string[];
  /** Is given the process once it runs. */
  readonly disturb?: (child: ChildProcess) => void;
  readonly mostSeconds?: number;
  readonly program?: string;
}

/** Runs the command on a stage; it leads a process group of its own. */
export async function play(
  stage: Stage,
  args: readonly string[],
  options: PlayOptions = {},
): Promise<Played> {
  const [file = '', ...words] = [...(options.under ?? []), options.program ?? PROGRAM, ...args];
  const begun = performance.now();
  const ran = await watched([file, ...words], {
    cwd: stage.directory,
    env: { ...stage.env, ...options.env },
    mostSeconds: options.mostSeconds,
    disturb: options.disturb,
  });
  const seconds = (performance.now() - begun) / 1000;
  const { status, stopped, mib, seconds: own } = ran;
  most = { seconds: Math.max(most.seconds, own), mib: Math.max(most.mib, mib) };
  const signal = ran.signal as NodeJS.Signals | null;
  const stderr = ran.stderr.toString();
  return { status, signal, stderr, seconds, own, mib, hung: stopped !== undefined };
}

let most = { seconds: 0, mib: 0 };

/** Returns the most that a command has taken since the last call: seconds as Meter counts them, and MiB. */
export function takeMost(): { readonly seconds: number; readonly mib: number } {
  const taken = most;
  most = { seconds: 0, mib: 0 };
  return taken;
}

/** Ends a process and its group. */
export function end(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
    } catch {
      // It is gone.
    }
  }
}

/** Processes that work on the stage, name it, or have it in their environment, although the command has ended. */
export async function survivors({ directory }: Stage): Promise<string[]> {
  const found = await leftProcesses(directory, [`${directory}/`]);
  const names = found.map((command) => command.slice(0, 60));
  return names.length === 0 ? [] : [`still alive: ${names.slice(0, 3).join(', ')}`];
}

/** What no end of a command may have: a hang, a stack, two errors or none with a status. */
export function badEnd(played: Played, mostErrors = 1): string[] {
  const { status, signal, stderr, hung, own, mib } = played;
  if (hung) return [`hangs (stopped after ${own.toFixed(0)} s)`];
  if (signal !== null) return [`ended by ${signal}`];
  if (/this is a bug in dkms-deb/.test(stderr)) return [`calls itself a bug: ${firstLine(stderr)}`];
  if (status === 0) return [];
  if (own > GOAL.seconds) return [`refuses after ${own.toFixed(0)} s`];
  if (mib > GOAL.mib) return [`takes ${mib} MiB to refuse`];
  const errors = stderr
    .split('\n')
    .filter((line) => /^(?:\S*dkms-deb: )?error:|dkms-deb: error:/.test(line));
  if (errors.length < 1 || errors.length > mostErrors)
    return [`status ${status} with ${errors.length} errors: ${stderr.slice(-300)}`];
  return [];
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n');
  const at = lines.findIndex((line) => line.includes('this is a bug'));
  return lines[at + 1] ?? '';
}
