import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listSourceTree } from '../dkms/source-tree.ts';
import type { KernelHeaders } from '../kernel/headers.ts';

/** `/lib/modules/$(KVER)/build`, `/lib/modules/$(shell uname -r)/build`: where installed headers are. */
const INSTALLED =
  /(?:\/usr)?\/lib\/modules\/(?:\$\((?:[^()\n]|\([^()\n]*\))*\)|\$\{[^{}\n]*\}|RELEASE)\/build\b/g;

/**
 * In the private copy that is compiled, makefiles that look for the headers below /lib/modules by
 * themselves, and not in $kernel_source_dir, are led to headers that are not installed. Lines stay
 * where they are.
 */
export async function relocateMakefiles(
  buildDirectory: string,
  headers: Pick<KernelHeaders, 'root' | 'directory' | 'release'>,
): Promise<void> {
  if (headers.root === undefined) return;
  for (const { path, type } of await listSourceTree(buildDirectory)) {
    if (type !== 'file' || !/^(GNUm|M|m)akefile|^Kbuild$|\.mk$/.test(basename(path))) continue;
    const file = join(buildDirectory, path);
    const text = await readFile(file, 'latin1');
    const here = relocatePaths(text, headers);
    if (here !== text) await writeFile(file, here, 'latin1');
  }
}

/** The same for a text, such as an evaluated MAKE, which has the release in it. */
export function relocatePaths(
  text: string,
  { root, directory, release }: Pick<KernelHeaders, 'root' | 'directory' | 'release'>,
): string {
  if (root === undefined) return text;
  const literal = release.replace(/[.+]/g, '\\$&');
  const expression = new RegExp(INSTALLED.source.replace('RELEASE', literal), 'g');
  return text.replace(expression, () => directory);
}
