import { type FileHandle, open } from 'node:fs/promises';
import { constants } from 'node:os';
import { execa } from 'execa';
import { SystemError } from '../../errors.ts';
import { lastLines } from '../text/last-lines.ts';
import { withoutSecret } from '../text/without-secret.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { registerProcessGroup, releaseProcessGroup } from './cleanup.ts';
import { childSeconds, limited } from './limits.ts';
import { notStarted } from './not-started.ts';
import { readLog } from './read-log.ts';
import { type RunResult, runResult } from './run-result.ts';
import { startTimer } from './start-timer.ts';
import { traceChild } from './trace.ts';
import { type Together, watchTogether } from './watch-together.ts';

export type { RunResult } from './run-result.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** Environment variables to add to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /**
   * Whether the stdin of the program is a pipe without data. The pipe closes when this process ends, even by SIGKILL.
   */
  readonly leash?: boolean;
  /**
   * After this number of seconds the process group is killed. The default is 120. The program gets more time if this
   * process was busy (startTimer).
   */
  readonly timeoutSeconds?: number;
  /**
   * The most bytes of private memory that the program and each of its children may have (setrlimit(2), RLIMIT_DATA).
   */
  readonly memoryBytes?: number;
  /** The size in bytes beyond which the program cannot write a file (setrlimit(2), RLIMIT_FSIZE). */
  readonly fileBytes?: number;
  /** Limits for the program together with all processes that it starts. Above a limit, its process group is killed. */
  readonly together?: Together;
  /**
   * The most bytes that the program may write to stdout and stderr together. If it writes more, it is killed. The
   * default is 64 MiB. There is no limit for `logFile`.
   */
  readonly maximumOutput?: number;
  /** A file to which stdout and stderr are appended, in the order in which they were written. */
  readonly logFile?: string;
  /** The exit statuses that are not a failure. The default is [0]. */
  readonly accept?: readonly number[];
  /** A signal that aborts the call: the process group is killed, and SystemError `aborted` is thrown. */
  readonly signal?: AbortSignal;
}

/** A value for `accept`: no exit status is a failure. */
export const ANY_STATUS: readonly number[] = Array.from({ length: 256 }, (_, status) => status);

/**
 * The default limit of the output in bytes, because a program may never stop writing. It does not apply to a log file.
 */
const MAXIMUM_OUTPUT = 64 * 1024 * 1024;
/** After a program has ended, its children may write to its streams for this number of milliseconds. */
const GRACE_MILLISECONDS = 500;

/**
 * Runs a program without a shell, in its own process group. When the program ends, the rest of the group is killed.
 * Throws SystemError `tool-missing`, `tool-not-started`, `tool-timeout`, `tool-output`, `tool-resources`, `aborted`, or
 * `tool-failed` with the last lines of the output; and the errors of opening `logFile`.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.signal?.aborted) throw aborted(program);
  if (options.logFile === undefined) return runWith(program, args, options, undefined);
  const log = await open(options.logFile, 'a+');
  try {
    return await runWith(program, args, options, log);
  } finally {
    await log.close();
  }
}

async function runWith(
  program: string,
  args: readonly string[],
  options: RunOptions,
  log: FileHandle | undefined,
): Promise<RunResult> {
  const timeoutSeconds = childSeconds(options.timeoutSeconds ?? 120);
  const logStart = log === undefined ? 0 : (await log.stat()).size;
  const traceEnd = traceChild(program, args, { cwd: options.cwd, isLog: log !== undefined });
  // The cast is needed, because execa accepts any file descriptor, but its types allow only numbers up to 9.
  const output = (log?.fd ?? 'pipe') as 'pipe';
  const [file, ...words] = limited([program, ...args], options);
  const child = execa(file, words, {
    reject: false,
    extendEnv: false,
    env: cleanEnvironment(options.env),
    detached: true,
    cleanup: false,
    buffer: false,
    encoding: 'buffer',
    stdout: output,
    stderr: output,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined
      ? { stdin: options.leash ? ('pipe' as const) : ('ignore' as const) }
      : { input: options.input }),
  });
  const { pid } = child;
  if (pid !== undefined) registerProcessGroup(pid);
  let ended: 'timeout' | 'aborted' | 'output' | 'resources' | undefined;
  let tooMuch = '';
  const end = (reason?: typeof ended) => {
    ended ??= reason;
    killGroup(pid);
  };
  // A descendant in another process group could keep the streams open forever.
  const letGo = () => {
    end();
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const all: Buffer[] = [];
  let size = 0;
  const maximumOutput = options.maximumOutput ?? MAXIMUM_OUTPUT;
  const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size > maximumOutput) return end('output');
    chunks.push(chunk);
    all.push(chunk);
  };
  child.stdout?.on('data', collect(stdout));
  child.stderr?.on('data', collect(stderr));
  const stopTimer = startTimer(timeoutSeconds, () => {
    if (child.exitCode === null && child.signalCode === null) end('timeout');
  });
  const unwatch =
    pid === undefined || options.together === undefined
      ? () => {}
      : watchTogether(pid, options.together, (words) => {
          tooMuch ||= words;
          end('resources');
        });
  let grace: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    if (options.leash) child.stdin?.destroy();
    grace = setTimeout(letGo, GRACE_MILLISECONDS);
  });
  const abort = () => end('aborted');
  options.signal?.addEventListener('abort', abort, { once: true });
  const result = await child;
  stopTimer();
  clearTimeout(grace);
  unwatch();
  options.signal?.removeEventListener('abort', abort);
  killGroup(pid);
  if (pid === undefined)
    throw notStarted(file, result, { cwd: options.cwd, path: options.env?.PATH });
  releaseProcessGroup(pid);

  const logged = log && (await readLog(log, logStart));
  const said = () => logged ?? Buffer.concat(all).toString('utf8');
  traceEnd(result.exitCode ?? null, said);
  if (ended === 'aborted') throw aborted(program);
  if (ended === 'timeout') {
    throw new SystemError('tool-timeout', `${program} did not finish within ${timeoutSeconds} s`, {
      output: lastLines(said(), 5),
    });
  }
  if (ended === 'output') {
    const limit = `${maximumOutput / 1024 / 1024} MiB`;
    throw new SystemError('tool-output', `${program} wrote more than ${limit}`, {
      output: lastLines(said(), 5),
    });
  }
  if (ended === 'resources') {
    throw new SystemError('tool-resources', `${program} ${tooMuch}`, {
      output: lastLines(said(), 5),
    });
  }
  const exitStatus =
    result.exitCode ?? 128 + (result.signal ? constants.signals[result.signal] : 0);
  const code = file === program ? undefined : codeOfPrlimit(program, exitStatus, said);
  if (code !== undefined)
    throw notStarted(program, { code }, { cwd: options.cwd, path: options.env?.PATH });
  if (!(options.accept ?? [0]).includes(exitStatus)) {
    const how = result.signal
      ? `was killed by ${result.signal}`
      : `ended with status ${exitStatus}`;
    const command = withoutSecret([program, ...args].join(' ')).slice(0, 200);
    throw new SystemError('tool-failed', `${command} ${how}`, {
      output: lastLines(said(), 15),
    });
  }
  return runResult(exitStatus, { stdout, stderr }, said);
}

/**
 * Returns why prlimit(1) did not start the program, or undefined if it did. Like env(1), prlimit ends with 127 if the
 * program does not exist, and with 126 if it cannot be run. The program itself may end with the same status.
 */
function codeOfPrlimit(
  program: string,
  exitStatus: number,
  said: () => string,
): 'ENOENT' | 'EACCES' | undefined {
  if (exitStatus !== 126 && exitStatus !== 127) return undefined;
  const isOfPrlimit = said().startsWith(`prlimit: failed to execute ${program}: `);
  return isOfPrlimit ? (exitStatus === 127 ? 'ENOENT' : 'EACCES') : undefined;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The process group has already ended.
  }
}

function aborted(program: string): SystemError {
  return new SystemError('aborted', `${program} was aborted`);
}
