import { spawn } from 'node:child_process';
import { DKMS_DEB } from './project.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Starts the command in the sandbox, and sends SIGKILL after this number of milliseconds. Returns false if the command
 * had ended before.
 */
export async function killAfter(
  { directory, env }: Sandbox,
  args: readonly string[],
  milliseconds: number,
): Promise<boolean> {
  const child = spawn(DKMS_DEB, args, { cwd: directory, env, stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, signal) => resolve(signal)),
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const signal = await ended;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}
