import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';

/** Where installed headers are; not the beginning of another name. */
const LIB_MODULES = /(?<![\w)}.-])(?:\/usr)?\/lib\/modules(?![\w.-])/g;

/**
 * In the private copy that is compiled, makefiles that look for the headers below /lib/modules by
 * themselves, and not in $kernel_source_dir, are led to headers that are not installed. Lines stay
 * where they are.
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

/** The same for a text, such as an evaluated MAKE. */
export function relocatePaths(
  text: string,
  { installTree }: Pick<KernelHeaders, 'installTree'>,
): string {
  return installTree === undefined ? text : text.replace(LIB_MODULES, () => installTree);
}
