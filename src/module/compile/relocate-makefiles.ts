import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';

/** Matches /lib/modules, where installed headers are, but not a longer name such as /lib/modules-load.d. */
const LIB_MODULES = /(?<![\w)}.-])(?:\/usr)?\/lib\/modules(?![\w.-])/g;

/**
 * If the headers are not installed in /lib/modules, replaces /lib/modules by the place of the headers in all makefiles
 * of the private copy. Some makefiles need this, because they look for headers in /lib/modules instead of in
 * $kernel_source_dir. Line numbers stay the same.
 */
export async function relocateMakefiles(
  buildDirectory: string,
  headers: Pick<KernelHeaders, 'installTree'>,
): Promise<void> {
  if (headers.installTree === undefined) return;
  for (const { path, type } of await listSourceTree(buildDirectory)) {
    if (type !== 'file' || !/^(GNUm|M|m)akefile|^Kbuild$|\.mk$/.test(basename(path))) continue;
    const file = join(buildDirectory, path);
    const text = await readFile(file, 'latin1');
    const here = relocatePaths(text, headers);
    if (here !== text) await writeFile(file, here, 'latin1');
  }
}

/** Returns a text, such as the evaluated value of MAKE, with `installTree` in place of /lib/modules. */
export function relocatePaths(
  text: string,
  { installTree }: Pick<KernelHeaders, 'installTree'>,
): string {
  return installTree === undefined ? text : text.replace(LIB_MODULES, () => installTree);
}
