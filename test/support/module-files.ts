import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { run } from '../../src/system/run.ts';

const DECOMPRESS: Readonly<Record<string, string>> = { '.gz': 'gzip', '.xz': 'xz', '.zst': 'zstd' };

/** The module files below a directory, in order. */
export async function moduleFiles(directory: string): Promise<string[]> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  return files
    .filter((file) => /\.ko(\.(gz|xz|zst))?$/.test(file))
    .sort()
    .map((file) => join(directory, file));
}

/** `hello.ko.xz` → hello */
export function moduleName(file: string): string {
  return basename(file).replace(/\.ko(\..*)?$/, '');
}

/** Name → sha256 of each module as the kernel sees it, that is decompressed. */
export async function moduleDigests(directory: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const file of await moduleFiles(directory)) {
    const program = DECOMPRESS[extname(file)];
    const { bytes } = await run(program ?? 'cat', program ? ['-dc', file] : [file]);
    digests[moduleName(file)] = createHash('sha256').update(bytes).digest('hex');
  }
  return digests;
}
