import { constants } from 'node:os';
import { execa } from 'execa';
import { cleanEnvironment } from './clean-environment.ts';
import { notStarted } from './not-started.ts';
import { traceChild } from './trace.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Of a program's output, the most characters that are kept for an error. */
const KEPT = 64 * 1024;
const GRACE_MILLISECONDS = 500;

export interface RunWholeOptions {
  /** Whether the program gets the terminal. Its output then goes to stderr, and is not returned. */
  readonly attached: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that must not be killed, such as apt-get, which may be installing a package just then. A signal to
 * this process takes effect when the program has ended. A program that has the terminal (`attached`) gets Ctrl-C
 * itself, and decides how it ends. Returns the exit status, and the end of the output. Throws SystemError
 * `tool-missing`, `tool-not-started`.
 */
export async function runWhole(
  program: string,
  args: readonly string[],
  { attached, env = {} }: RunWholeOptions,
): Promise<{ readonly exitStatus: number; readonly output: string }> {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  let received: NodeJS.Signals | undefined;
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      received ??= signal;
    });
  }
  const traceEnd = traceChild(program, args);
  try {
    const child = execa(program, [...args], {
      reject: false,
      extendEnv: false,
      env: { ...cleanEnvironment(env), ...terminal(attached) },
      cleanup: false,
      buffer: false,
      // A program without a terminal gets its own process group. A Ctrl-C for this process then does not reach it.
      detached: !attached,
      stdin: attached ? 'inherit' : 'ignore',
      stdout: attached ? process.stderr : 'pipe',
      stderr: attached ? process.stderr : 'pipe',
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    // A service that a package starts may keep the streams open for ever.
    let grace: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      grace = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, GRACE_MILLISECONDS);
    });
    const result = await child;
    clearTimeout(grace);
    if (child.pid === undefined) throw notStarted(program, result);
    const exitStatus =
      result.exitCode ?? 128 + (result.signal ? constants.signals[result.signal] : 0);
    traceEnd(exitStatus, () => output);
    return { exitStatus, output };
  } finally {
    for (const [signal, listeners] of before) {
      process.removeAllListeners(signal);
      for (const listener of listeners) process.on(signal, listener);
    }
    if (received !== undefined) process.emit(received);
  }
}

/** Returns the environment variables that a program on a terminal needs. Returns none for any other program. */
function terminal(attached: boolean): Record<string, string> {
  const { TERM, DEBIAN_FRONTEND } = process.env;
  if (!attached) return {};
  return { ...(TERM && { TERM }), ...(DEBIAN_FRONTEND && { DEBIAN_FRONTEND }) };
}
