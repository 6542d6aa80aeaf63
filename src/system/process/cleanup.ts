import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SystemError } from '../../errors.ts';
import { findLeftovers, ownerMark } from './leftovers.ts';

/** Paths that go when the process ends early; finished work takes itself off the list. */
const temporaryPaths = new Set<string>();
/** Process groups that end with us (pid of the leader). */
const processGroups = new Set<number>();
// Whoever calls process.exit() in the middle leaves nothing either.
process.once('exit', cleanUpNow);

/** Marks `path` as half done until `release` is called with it. */
export function registerTemporary(path: string): void {
  temporaryPaths.add(path);
}

/**
 * Makes a directory for half-done work, `prefix` and a mark of this process. Synchronous: a signal
 * cannot come before the entry.
 */
export function makeTemporary(prefix: string): string {
  const directory = mkdtempSync(`${prefix}${ownerMark()}-`);
  registerTemporary(directory);
  return directory;
}

/** `path` is whole, or already gone. */
export function releaseTemporary(path: string): void {
  temporaryPaths.delete(path);
}

export function registerProcessGroup(pid: number): void {
  processGroups.add(pid);
}

export function releaseProcessGroup(pid: number): void {
  processGroups.delete(pid);
}

/** $TMPDIR, else /tmp: absolute, as children work in other directories. */
export function temporaryParent(): string {
  return resolve(tmpdir());
}

/**
 * Runs `work` in a new private directory (mode 0700) that is removed afterwards, whatever happens.
 * SystemError `temporary-directory` where none can be made.
 */
export async function withTemporaryDirectory<T>(
  purpose: string,
  work: (directory: string) => Promise<T>,
  parent: string = temporaryParent(),
): Promise<T> {
  await removeLeftovers(parent);
  const directory = makeDirectory(join(parent, `dkms-deb-${purpose}-`));
  try {
    return await work(directory);
  } finally {
    await removeTree(directory);
    releaseTemporary(directory);
  }
}

/** Removes what runs that were killed left in a person's tree: beside debian/, in it and in .git. */
export async function removeLeftoversOfTree(tree: string): Promise<void> {
  await removeLeftovers(tree);
  await removeLeftovers(join(tree, 'debian'));
  await removeLeftovers(join(tree, '.git'));
}

const swept = new Set<string>();

/**
 * Removes what runs that were killed left in `directory`, once in a process. Nobody's work depends on
 * it: what cannot be removed stays.
 */
export async function removeLeftovers(directory: string): Promise<void> {
  if (swept.has(directory)) return;
  swept.add(directory);
  for (const path of await findLeftovers(directory)) await removeTree(path).catch(() => {});
}

function makeDirectory(prefix: string): string {
  try {
    return makeTemporary(prefix);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    const message = `cannot make a temporary directory in ${dirname(prefix)} (${code})`;
    throw new SystemError('temporary-directory', message, {
      hint: 'Set TMPDIR to a directory that can be written and has room.',
      cause,
    });
  }
}

/** A process that was killed a moment ago may still be making files. */
const PATIENT = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

/** Removes a tree even where a build left directories without write permission. */
async function removeTree(directory: string): Promise<void> {
  try {
    await rm(directory, PATIENT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    makeWritable(directory);
    await rm(directory, PATIENT);
  }
}

/** Synchronous, for signal handlers: ends every child's process group, removes half-done work. */
export function cleanUpNow(): void {
  for (const pid of processGroups) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Already gone: that is what was wanted.
    }
  }
  for (const path of temporaryPaths) {
    try {
      removeTreeNow(path);
    } catch {
      // The next one may still be removed; a signal handler has nobody to tell.
    }
  }
  temporaryPaths.clear();
}

function removeTreeNow(path: string): void {
  try {
    rmSync(path, PATIENT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    makeWritable(path);
    rmSync(path, PATIENT);
  }
}

/**
 * Gives the owner back what a build took away from directories. What is gone needs nothing: rm() has
 * not stopped removing the rest when it fails.
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
