import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BinutilsOf, binutil } from '../../kernel/compiler.ts';
import { run } from '../../system/process/run.ts';
import { ElfFile } from './elf-file.ts';

/** The debug data of one module, in a file of its own. */
export interface ModuleDebugData {
  /** Of the module, without suffixes: hello. */
  readonly name: string;
  readonly file: string;
  /** What debuggers know both files by: hex, as `readelf -n` prints it. */
  readonly buildId: string;
}

const SHT_NOTE = 7;
const NT_GNU_BUILD_ID = 3;

/**
 * Writes the debug data of a module that is not stripped yet to `target`, as dh_strip does: only that,
 * compressed with zlib. Returns whether there is any (CONFIG_DEBUG_INFO); the module stays as it is.
 */
export async function separateDebugData(
  module: string,
  target: string,
  toolchain: BinutilsOf,
): Promise<boolean> {
  const elf = new ElfFile(await readFile(module));
  if (elf.section('.debug_info') === undefined) return false;
  const objcopy = binutil('objcopy', toolchain);
  await run(objcopy, ['--only-keep-debug', '--compress-debug-sections=zlib', module, target]);
  return true;
}

/**
 * The debug data in `files` (hello.ko.debug) that belong to the finished `modules` (hello.ko, not
 * compressed): with a build id, and the module's, which a POST_BUILD may have linked anew.
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

/**
 * The build id of an ELF file, hex; undefined if it has none (elf(5), "Notes"; `ld --build-id`). It has
 * a section of its own, or is one of several notes in one (vmlinux' `.notes`).
 */
export function buildIdOf(elf: ElfFile): string | undefined {
  for (const { type, content } of elf.sections) {
    if (type !== SHT_NOTE) continue;
    let at = 0;
    while (at + 12 <= content.length) {
      const [nameSize = 0, size = 0, kind] = [0, 4, 8].map((i) => elf.number(content, at + i, 4));
      const name = at + 12;
      const start = name + roundUp(nameSize);
      const end = start + size;
      if (end > content.length) break;
      const isGnu = content.toString('latin1', name, name + nameSize) === 'GNU\0';
      if (isGnu && kind === NT_GNU_BUILD_ID && size > 0) {
        return content.toString('hex', start, end);
      }
      at = start + roundUp(size);
    }
  }
  return undefined;
}

/** Names and contents of notes begin at multiples of 4. */
function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}
