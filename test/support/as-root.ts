import { type RunOptions, type RunResult, run } from '../../src/system/process/run.ts';

/** Runs a program as root. The set-up has checked that we are root or that sudo works. */
export function asRoot(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [program = '', ...args] = [...sudo, ...command];
  return run(program, args, options);
}
