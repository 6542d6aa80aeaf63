import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What MAKE runs, with the kernel: it compiles, or takes what was compiled of the same source for the same kernel. */
const SCRIPT = `set -e
kept=/var/cache/compiled-once/$1-$(cat Makefile *.c | sha256sum | cut -c-16)
if [ ! -e "$kept" ]; then
  make -C "/lib/modules/$1/build" "M=$PWD" modules
  mkdir -p "$kept.$$"
  cp *.ko "$kept.$$"
  mv "$kept.$$" "$kept"
fi
cp "$kept"/*.ko .
`;

/**
 * Changes a driver whose makefile is for kbuild alone, so that the DKMS of a root compiles it once for each kernel. This
 * is for tests in which DKMS builds the same modules again and again, and that say nothing about compiling.
 */
export async function compileOnce(tree: string): Promise<void> {
  await writeFile(join(tree, 'once.sh'), SCRIPT);
  await appendFile(join(tree, 'dkms.conf'), 'MAKE="sh once.sh $kernelver"\n');
}
