import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { isRunning } from '../../src/system/process/is-running.ts';
import { type RunOptions, type RunResult, run } from '../../src/system/process/run.ts';
import { cached } from './project.ts';

export interface DebianRoot {
  /** The directory of the root on this machine. */
  readonly directory: string;
  /** The kernel whose headers and image the root has. */
  readonly kernel: string;
  /** Runs a program in the root, as root and with /proc. `cwd` is a directory of the root. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Copies a file of this machine into /root of the root, and returns its path there. */
  copyIn(file: string): Promise<string>;
}

/** The name of our mounts, with the id of the process that they belong to. */
const MOUNT_NAME = 'dkms-deb-root-';

/** The words before a command that needs root. The set-up has checked that one of the two ways works. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

/** Makes a command's own mounts, then runs it. $0 is the root, $1 a directory in it, $2… the command. */
const ENTER =
  'mount -t proc proc "$0/proc" && exec chroot "$0" sh -c \'cd "$0" && exec "$@"\' "$@"';

export type Suite = 'bookworm' | 'trixie';

/** Calls withDebianRoot for trixie, which most tests use. */
export async function withTrixieRoot<T>(work: (root: DebianRoot) => Promise<T>): Promise<T> {
  return withDebianRoot('trixie', work);
}

/** Calls withRootOf for a Debian system with DKMS, a compiler and headers. */
export async function withDebianRoot<T>(
  suite: Suite,
  work: (root: DebianRoot) => Promise<T>,
): Promise<T> {
  return withRootOf(cached(`${suite}-root.tar`), work);
}

/**
 * Calls `work` with a fresh Debian system from a tarball, and removes it afterwards. The system is in a tmpfs:
 * unpacking it takes two seconds there, but ten on a disk.
 */
export async function withRootOf<T>(
  tar: string,
  work: (root: DebianRoot) => Promise<T>,
): Promise<T> {
  await unmountLeftovers();
  return withTemporaryDirectory('root', async (parent) => {
    const directory = join(parent, 'root');
    await mkdir(directory);
    const name = `${MOUNT_NAME}${process.pid}`;
    await asRoot(['mount', '-t', 'tmpfs', '-o', 'mode=755,size=4g', name, directory]);
    try {
      await asRoot(['tar', '-xpf', tar, '-C', directory, '--numeric-owner']);
      const root = debianRoot(directory, await kernelIn(directory));
      return await work(root);
    } finally {
      await asRoot(['umount', '--lazy', directory]);
    }
  });
}

function debianRoot(directory: string, kernel: string): DebianRoot {
  return {
    directory,
    kernel,
    // The mounts and processes of a command live in namespaces of its own and end with it,
    // however it ends: nothing to unmount, no daemon left behind.
    run: (program, args, { cwd = '/', ...options } = {}) =>
      asRoot(
        [
          ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--'],
          ...['env', 'DEBIAN_FRONTEND=noninteractive', ...assignments(options.env)],
          ...['sh', '-c', ENTER, directory, cwd, program, ...args],
        ],
        options,
      ),
    copyIn: async (file) => {
      const target = `/root/${basename(file)}`;
      await asRoot(['cp', '--', file, join(directory, target)]);
      return target;
    },
  };
}

/** sudo does not pass the environment on, so variables become arguments of env. */
function assignments(variables: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function asRoot(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = [...AS_ROOT, ...command];
  return run(program, args, options);
}

/** Returns '' if the root has no headers. */
async function kernelIn(directory: string): Promise<string> {
  const { stdout } = await run('ls', [join(directory, 'lib/modules/')], { accept: [0, 2] });
  return stdout.trim();
}

/** Unmounts the roots of killed test processes. Each uses 600 MB of memory. */
async function unmountLeftovers(): Promise<void> {
  for (const line of (await readFile('/proc/self/mounts', 'utf8')).split('\n')) {
    const [source = '', directory = ''] = line.split(' ');
    if (!source.startsWith(MOUNT_NAME)) continue;
    const owner = Number(source.slice(MOUNT_NAME.length));
    if (!isRunning(owner)) await asRoot(['umount', '--lazy', directory], { accept: [0, 32] });
  }
}
