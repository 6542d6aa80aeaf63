import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the state of a directory: type, mode, change time and contents by path. If two are equal,
 * nothing was written in between. A missing directory is `undefined`.
 */
export async function snapshot(directory: string): Promise<Record<string, string> | undefined> {
  const paths = await readdir(directory, { recursive: true }).catch(() => undefined);
  if (paths === undefined) return undefined;
  const entries = ['.', ...paths.sort()].map(
    async (path) => [path, await describe(join(directory, path))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function describe(path: string): Promise<string> {
  const status = await lstat(path);
  const mode = status.mode.toString(8);
  if (status.isSymbolicLink()) return `${mode} -> ${await readlink(path)}`;
  if (!status.isFile()) return `${mode} ${status.mtimeMs}`;
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return `${mode} ${status.mtimeMs} ${digest}`;
}
