import { ArchiveError } from '../../errors.ts';
import { buildIdOf } from './debug-data.ts';
import { ElfFile } from './elf-file.ts';
import { machinesOf } from './elf-machines.ts';

/** All that the checks want to know of a file with detached debug data; its bytes are not kept. */
export interface DebugFacts {
  /** `uname -m` of the kernels it is for; none where we do not know e_machine. */
  readonly machines: readonly string[];
  /** Of a kernel module, not of a program or library. */
  readonly isModule: boolean;
  /** DWARF, or only the names of functions, or nothing. */
  readonly debugData: 'dwarf' | 'symbols' | 'none';
  readonly buildId: string | undefined;
}

const SHT_SYMTAB = 2;

/** Reads a .debug file, be it of a module, program or library; of what is no ELF file the problem. */
export function readDebugFacts(bytes: Buffer): { facts: DebugFacts } | { problem: string } {
  try {
    const elf = new ElfFile(bytes, 'any');
    // objcopy --only-keep-debug keeps the headers of the sections that it empties.
    const isModule = ['.modinfo', '.gnu.linkonce.this_module'].some((name) => elf.section(name));
    const hasDwarf = elf.sections.some(({ name }) => /^\.z?debug_/.test(name));
    const hasSymbols = elf.sections.some(({ type }) => type === SHT_SYMTAB);
    const debugData = hasDwarf ? 'dwarf' : hasSymbols ? 'symbols' : 'none';
    const machines = machinesOf(elf.machine);
    return { facts: { machines, isModule, debugData, buildId: buildIdOf(elf) } };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { problem: error.message.replace(/^this is no kernel module: /, '') };
  }
}
