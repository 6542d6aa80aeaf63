import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from '../../support/project.ts';
import type { Stage } from './stage.ts';

/** The command under test; another build of it may be measured. */
export const PROGRAM = process.env.HOSTILE_PROGRAM ?? `${PROJECT}/bin/dkms-deb`;

/** Nothing that is asked for here takes that long. */
const MOST_SECONDS = 90;
const MOST_SAID = 100_000;

export interface Played {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly seconds: number;
  /** It was ended by us, as it did not end by itself. */
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
  const child = spawn(file, words, {
    cwd: stage.directory,
    env: { ...stage.env, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < MOST_SAID) stderr += text;
  });
  let hung = false;
  const timer = setTimeout(
    () => {
      hung = true;
      end(child.pid);
    },
    (options.mostSeconds ?? MOST_SECONDS) * 1000,
  );
  const ended = new Promise<Pick<Played, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve({ status, signal }));
  });
  options.disturb?.(child);
  const how = await ended.finally(() => clearTimeout(timer));
  const seconds = (performance.now() - begun) / 1000;
  // What it said last; a survivor that holds the pipe is found by survivors().
  await Promise.race([new Promise((resolve) => child.stderr.once('close', resolve)), sleep(300)]);
  child.stderr.destroy();
  return { ...how, stderr, seconds, hung };
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

/** Processes of a stage that are still there after some seconds; they are ended. */
export async function survivors(stage: Stage, seconds = 5): Promise<string[]> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = await processesOf(stage);
    if (found.length === 0) return [];
    if (Date.now() > until) {
      for (const { pid } of found) end(pid);
      const names = found.map(({ command }) => command.slice(0, 60));
      return [`alive ${seconds} s later: ${names.slice(0, 3).join(', ')}`];
    }
    await sleep(20);
  }
}

/** Those that work on the stage, name it, or have it in their environment. */
async function processesOf({ directory }: Stage): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const looked = await Promise.all(
    pids.map(async (pid) => {
      if (pid === process.pid) return undefined;
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
      const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const isOf = [command, environment, `${cwd}/`].some((text) => text.includes(`${directory}/`));
      return isOf ? { pid, command: command.replaceAll('\0', ' ') } : undefined;
    }),
  );
  return looked.filter((found) => found !== undefined);
}

/** What no end of a command may have: a hang, a stack, two errors or none with a status. */
export function badEnd({ status, signal, stderr, hung, seconds }: Played): string[] {
  if (hung) return [`hangs (ended after ${seconds.toFixed(0)} s)`];
  if (signal !== null) return [`ended by ${signal}`];
  if (/this is a bug in dkms-deb/.test(stderr)) return [`calls itself a bug: ${firstLine(stderr)}`];
  if (status === 0) return [];
  const errors = stderr
    .split('\n')
    .filter((line) => /^(?:\S*dkms-deb: )?error:|dkms-deb: error:/.test(line));
  if (errors.length !== 1)
    return [`status ${status} with ${errors.length} errors: ${stderr.slice(-300)}`];
  return [];
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n');
  const at = lines.findIndex((line) => line.includes('this is a bug'));
  return lines[at + 1] ?? '';
}
