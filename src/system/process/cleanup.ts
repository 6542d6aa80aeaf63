import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SystemError } from '../../errors.ts';
import { findLeftovers, ownerMark } from './leftovers.ts';
import { explainNoRoom, registerPlace } from './no-room.ts';
import { causeOf } from './refusal.ts';

/** Paths of unfinished files and directories. They are removed if the process ends early. */
const temporaryPaths = new Set<string>();
/** The ids of the process groups that are killed if this process ends early. */
const processGroups = new Set<number>();
// The handler also runs for process.exit(), because an early exit must not leave anything behind.
process.once('exit', cleanUpNow);

/**
 * Registers an unfinished file or directory. It is removed if this process ends before releaseTemporary is called for
 * it.
 */
export function registerTemporary(path: string): void {
  temporaryPaths.add(path);
}

/**
 * Makes and registers a temporary directory. Its path is `prefix`, then a mark of this process, then random characters.
 * The function is synchronous, so that no signal arrives between making and registering. Throws the errors of mkdtemp.
 */
export function makeTemporary(prefix: string): string {
  const directory = mkdtempSync(`${prefix}${ownerMark()}-`);
  registerTemporary(directory);
  return directory;
}

/** Unregisters a path, because it is complete or has been removed. */
export function releaseTemporary(path: string): void {
  temporaryPaths.delete(path);
}

export function registerProcessGroup(pid: number): void {
  processGroups.add(pid);
}

export function releaseProcessGroup(pid: number): void {
  processGroups.delete(pid);
}

/**
 * Returns $TMPDIR, else $TMP, $TEMP or /tmp, as an absolute path. It must be absolute, because children run in other
 * directories.
 */
export function temporaryParent(): string {
  return resolve(tmpdir());
}

/**
 * Runs `work` with a new private directory (mode 0700), and always removes the directory afterwards. Throws SystemError
 * `temporary-directory` if the directory cannot be made, and `disk-full` if its disk is full.
 */
export async function withTemporaryDirectory<T>(
  purpose: string,
  work: (directory: string) => Promise<T>,
  parent: string = temporaryParent(),
): Promise<T> {
  await removeLeftovers(parent);
  registerPlace(parent, 'TMPDIR');
  const directory = makeDirectory(join(parent, `dkms-deb-${purpose}-`));
  try {
    return await work(directory);
  } catch (error) {
    throw explainNoRoom(error);
  } finally {
    removeTree(directory);
    releaseTemporary(directory);
  }
}

/** Removes the temporary files that killed runs left in a source tree: at its top, in debian/ and in .git/. */
export async function removeLeftoversOfTree(tree: string): Promise<void> {
  await removeLeftovers(tree);
  await removeLeftovers(join(tree, 'debian'));
  await removeLeftovers(join(tree, '.git'));
}

/** Directories from which this process has already removed the leftovers of killed runs. */
const swept = new Set<string>();

/**
 * Removes the temporary files that killed runs left in `directory`. Does so once for each directory in a process.
 * Entries that cannot be removed are skipped.
 */
export async function removeLeftovers(directory: string): Promise<void> {
  if (swept.has(directory)) return;
  swept.add(directory);
  for (const path of await findLeftovers(directory)) {
    try {
      removeTree(path);
    } catch {
      // The entry stays, which does no harm.
    }
  }
}

function makeDirectory(prefix: string): string {
  try {
    return makeTemporary(prefix);
  } catch (cause) {
    const message = `cannot make a temporary directory in ${dirname(prefix)}: ${causeOf(cause)[0]}`;
    throw new SystemError('temporary-directory', message, {
      hint: 'Set TMPDIR to a writable directory with free space.',
      cause,
    });
  }
}

/** Options with which rm() tries several times, because a process that was just killed may still create files. */
const PATIENT = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
const AT_ONCE = { recursive: true, force: true } as const;

/**
 * Removes a tree, also directories that a build made read-only. The function is synchronous, because for thousands of
 * files the asynchronous rm() takes several times as long, and memory for all files of a directory at once.
 */
function removeTree(directory: string): void {
  try {
    rmSync(directory, PATIENT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    makeWritable(directory);
    rmSync(directory, PATIENT);
  }
}

/**
 * How often cleanUpNow tries at most to remove an unfinished path, and the time between two attempts. On a busy
 * machine, a killed program may still write for seconds.
 */
const ROUNDS = 400;
const ROUND_MILLISECONDS = 25;

/**
 * Kills the process groups of all children, and removes all unfinished paths. Returns the paths that could not be
 * removed. The function is synchronous, because signal handlers call it.
 */
export function cleanUpNow(): string[] {
  for (const pid of processGroups) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The process group has already ended.
    }
  }
  // Paths are removed several times. A system call that has begun in Node's thread pool may create a file after its
  // directory was removed.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < ROUNDS && temporaryPaths.size > 0; round++) {
    if (round > 0) Atomics.wait(clock, 0, 0, ROUND_MILLISECONDS);
    for (const path of temporaryPaths) if (isGone(path) && round > 3) temporaryPaths.delete(path);
  }
  const left = [...temporaryPaths].filter((path) => lstatSync(path, { throwIfNoEntry: false }));
  temporaryPaths.clear();
  return left;
}

/** Removes a path. Returns true if the path did not exist before. */
function isGone(path: string): boolean {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return true;
    removeTreeNow(path);
  } catch {
    // The error is ignored: the next round tries again, and a signal handler cannot report anything.
  }
  return false;
}

function removeTreeNow(path: string): void {
  try {
    rmSync(path, AT_ONCE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    makeWritable(path);
    rmSync(path, AT_ONCE);
  }
}

/**
 * Makes all directories of a tree writable for their owner. Missing directories are skipped, because rm() may still be
 * removing other entries after a failure.
 */
function makeWritable(directory: string): void {
  try {
    chmodSync(directory, 0o700);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) makeWritable(join(directory, entry.name));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
