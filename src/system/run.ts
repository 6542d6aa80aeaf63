import { execa } from 'execa';
import { SystemError } from '../errors.ts';
import { registerProcessGroup, releaseProcessGroup } from './cleanup.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to (or, with undefined, taken from) the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** After this many seconds the whole process group is killed. Default 120. */
  readonly timeoutSeconds?: number;
  /** stdout and stderr also go to this file, in order of arrival. */
  readonly logFile?: string;
  /** Exit statuses that are an answer, not a failure. Default [0]. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly exitStatus: number;
  readonly stdout: string;
  /** stdout as it came, for what is no text. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /** Both streams, interleaved as they came. */
  readonly output: string;
}

/** Debian's packages that hold the programs we call, for the hint when one is missing. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  bash: 'bash',
  depmod: 'kmod',
  'dpkg-architecture': 'dpkg-dev',
  'dpkg-genbuildinfo': 'dpkg-dev',
  'dpkg-genchanges': 'dpkg-dev',
  'dpkg-source': 'dpkg-dev',
  git: 'git',
  gzip: 'gzip',
  make: 'make',
  modinfo: 'kmod',
  nm: 'binutils',
  patch: 'patch',
  readelf: 'binutils',
  strip: 'binutils',
  xz: 'xz-utils',
  zstd: 'zstd',
};

/**
 * The environment every child gets: where programs are, where the home directory is, C messages.
 * MAKEFLAGS, CC, CFLAGS, KCFLAGS, ARCH … of the caller must not change what is built
 * (dkms.in unsets CC CXX CFLAGS CXXFLAGS LDFLAGS; we let none of them in).
 */
export function cleanEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: process.env.HOME ?? '/',
    LC_ALL: 'C.UTF-8',
  };
  if (!environment.PATH?.split(':').includes('/usr/sbin')) environment.PATH += ':/usr/sbin:/sbin';
  if (process.env.TMPDIR) environment.TMPDIR = process.env.TMPDIR;
  return { ...environment, ...extra };
}

/** The last `count` lines of a tool's output, for an error message. */
export function lastLines(text: string, count: number): string[] {
  return text.trimEnd().split('\n').slice(-count);
}

/**
 * Runs a program without a shell, in a process group of its own.
 * Throws SystemError `tool-missing`, `tool-timeout` or `tool-failed` (with the last lines it said).
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const timeoutSeconds = options.timeoutSeconds ?? 120;
  const child = execa(program, args, {
    reject: false,
    extendEnv: false,
    env: cleanEnvironment(options.env),
    detached: true,
    cleanup: false,
    all: true,
    stripFinalNewline: false,
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.logFile === undefined
      ? {}
      : {
          stdout: ['pipe' as const, { file: options.logFile, append: true }],
          stderr: ['pipe' as const, { file: options.logFile, append: true }],
        }),
  });
  const { pid } = child;
  if (pid !== undefined) registerProcessGroup(pid);
  let timedOut = false;
  const killGroup = () => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The group ended between the two looks.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup();
  }, timeoutSeconds * 1000);
  options.signal?.addEventListener('abort', killGroup, { once: true });
  const result = await child;
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', killGroup);
  if (pid !== undefined) {
    // A grandchild may have outlived the program: nothing that we start stays behind.
    killGroup();
    releaseProcessGroup(pid);
  }
  if (pid === undefined) {
    const name = PACKAGE_OF[program];
    throw new SystemError('tool-missing', `${program} is not installed or cannot be run`, {
      hint: name ? `Install it: apt install ${name}` : `Install the package that has ${program}.`,
      cause: result,
    });
  }
  const said = textOf(result.all);
  if (timedOut) {
    throw new SystemError('tool-timeout', `${program} did not end within ${timeoutSeconds} s`, {
      output: lastLines(said, 5),
    });
  }
  const exitStatus = result.exitCode ?? 128;
  if (!(options.accept ?? [0]).includes(exitStatus)) {
    const ended = result.signal
      ? `was ended by ${result.signal}`
      : `ended with status ${exitStatus}`;
    throw new SystemError('tool-failed', `${[program, ...args].join(' ').slice(0, 200)} ${ended}`, {
      output: lastLines(said, 15),
    });
  }
  return {
    exitStatus,
    stdout: textOf(result.stdout),
    bytes: Buffer.from(result.stdout as Uint8Array),
    stderr: textOf(result.stderr),
    output: said,
  };
}

function textOf(bytes: unknown): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : '';
}
