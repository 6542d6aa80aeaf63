import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BinutilsOf, binutil } from '../../kernel/compiler.ts';
import { run } from '../../system/process/run.ts';
import { buildIdOf } from '../format/build-id.ts';
import { ElfFile } from '../format/elf-file.ts';

/** The debug data of one module, in a file of their own. */
export interface ModuleDebugData {
  /** The name of the module without suffixes, such as hello. */
  readonly name: string;
  readonly file: string;
  /** The build id in hex, as `readelf -n` prints it. Debuggers find `file` by it. */
  readonly buildId: string;
}

/**
 * Copies the debug data of a module to `target`, compressed with zlib as dh_strip does. The module must not be stripped
 * yet, and is not changed. Returns false if the module has no debug data (no CONFIG_DEBUG_INFO).
 */
export async function separateDebugData(
  module: string,
  target: string,
  toolchain: BinutilsOf,
): Promise<boolean> {
  const elf = new ElfFile(await readFile(module));
  if (elf.section('.debug_info') === undefined) return false;
  const objcopy = binutil('objcopy', toolchain);
  const args = ['--only-keep-debug', '--compress-debug-sections=zlib', module, target];
  await run(objcopy, args, { env: toolchain.environment });
  return true;
}

/**
 * Removes the debug data from a module as DKMS does: with `strip -g`, or with llvm-strip if the kernel was compiled
 * by clang.
 */
export async function stripModule(file: string, toolchain: BinutilsOf): Promise<void> {
  await run(binutil('strip', toolchain), ['-g', file], { env: toolchain.environment });
}

/**
 * Returns the debug data of each of the `files` (hello.ko.debug) that has the same build id as its module (hello.ko,
 * not compressed). The ids differ if POST_BUILD linked a module again.
 */
export async function debugDataOf(
  modules: readonly string[],
  files: readonly string[],
): Promise<ModuleDebugData[]> {
  const found: ModuleDebugData[] = [];
  for (const module of modules) {
    const file = files.find((each) => basename(each) === `${basename(module)}.debug`);
    if (file === undefined) continue;
    const buildId = buildIdOf(new ElfFile(await readFile(module)));
    if (buildId === undefined || buildId !== buildIdOf(new ElfFile(await readFile(file)))) continue;
    found.push({ name: basename(module, '.ko'), file, buildId });
  }
  return found;
}
