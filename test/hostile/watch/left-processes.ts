import { setTimeout as sleep } from 'node:timers/promises';
import { kill, processesOf, readProc } from './processes.ts';

/**
 * How long processes may still exist after their command has ended, in seconds on the clock. On a busy machine a killed
 * process needs some time to end.
 */
const GRACE_SECONDS = 20;

/**
 * Waits until no process works in `directory` or has one of `marks` in its arguments or environment. Kills those that
 * remain. Returns their command lines.
 */
export async function leftProcesses(
  directory: string,
  marks: readonly string[],
  graceSeconds = GRACE_SECONDS,
): Promise<string[]> {
  const until = performance.now() + graceSeconds * 1000;
  let left = processesOf(directory, marks);
  for (let pause = 20; left.length > 0 && performance.now() < until; pause = 1.5 * pause) {
    await sleep(Math.min(pause, 1000));
    left = processesOf(directory, marks);
  }
  const commands = left.map((pid) => readProc(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim());
  for (const pid of left) kill(pid);
  return commands.filter((words) => words !== '');
}
