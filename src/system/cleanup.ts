import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fsExtra from 'fs-extra';

/** Paths that go when the process ends early; finished work takes itself off the list. */
const temporaryPaths = new Set<string>();
/** Process groups that end with us (pid of the leader). */
const processGroups = new Set<number>();

/** Marks `path` as half done until `release` is called with it. */
export function registerTemporary(path: string): void {
  temporaryPaths.add(path);
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

/** Runs `work` in a new private directory (mode 0700) that is removed afterwards, whatever happens. */
export async function withTemporaryDirectory<T>(
  purpose: string,
  work: (directory: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const directory = await mkdtemp(join(parent, `dkms-deb-${purpose}-`));
  registerTemporary(directory);
  try {
    return await work(directory);
  } finally {
    await removeTree(directory);
    releaseTemporary(directory);
  }
}

/** Removes a tree even where a build left directories without write permission. */
async function removeTree(directory: string): Promise<void> {
  try {
    await fsExtra.remove(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    const { run } = await import('./run.ts');
    await run('chmod', ['-R', 'u+rwX', directory], { timeoutSeconds: 60 });
    await fsExtra.remove(directory);
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
  for (const path of temporaryPaths) rmSync(path, { recursive: true, force: true });
  temporaryPaths.clear();
}
