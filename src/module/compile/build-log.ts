import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../system/files/make-directory.ts';
import {
  registerTemporary,
  releaseTemporary,
  temporaryParent,
} from '../../system/process/cleanup.ts';

/**
 * Runs `work` with the log of one build, `<name>-<version>-<kernel release>.log`, outside the output
 * directory: it stays after a failure, whose error names it. $XDG_CACHE_HOME/dkms-deb/log, else ~/.cache,
 * where the next build of that name replaces it; else a new directory in the temporary one, where nobody
 * else can have laid a link of that name, and which a success takes away.
 */
export async function withBuildLog<T>(
  stem: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const kept = await startInCache(`${stem}.log`);
  return kept === undefined ? withTemporaryLog(`${stem}.log`, work) : work(kept);
}

/** Undefined where the home directory cannot be written, as in many CI containers. */
async function startInCache(name: string): Promise<string | undefined> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const file = join(cache, 'dkms-deb', 'log', name);
  try {
    await makeDirectory(dirname(file));
    // A run that is still writing keeps its own file.
    await rm(file, { force: true });
    await writeFile(file, '', { flag: 'wx' });
    return file;
  } catch {
    return undefined;
  }
}

async function withTemporaryLog<T>(name: string, work: (file: string) => Promise<T>): Promise<T> {
  // Without the mark by which the next run knows what is left over: a failure's is to stay.
  const directory = mkdtempSync(join(temporaryParent(), 'dkms-deb-log-'));
  registerTemporary(directory);
  try {
    const result = await work(join(directory, name));
    await rm(directory, { recursive: true, force: true });
    return result;
  } finally {
    releaseTemporary(directory);
  }
}
