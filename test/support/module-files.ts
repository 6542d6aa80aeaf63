import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Returns the module files below a directory in order. */
export async function moduleFiles(directory: string): Promise<string[]> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  return files
    .filter((file) => /\.ko(\.(gz|xz|zst))?$/.test(file))
    .sort()
    .map((file) => join(directory, file));
}

/** Returns hello for `hello.ko.xz`. */
export function moduleName(file: string): string {
  return basename(file).replace(/\.ko(\..*)?$/, '');
}
