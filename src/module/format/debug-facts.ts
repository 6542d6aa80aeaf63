import { machinesOfElf } from '../../kernel/architecture.ts';
import { buildIdOf } from './build-id.ts';
import { ElfError, ElfFile } from './elf-file.ts';

/** What the checks need to know about a file with detached debug data. The bytes of the file are not kept. */
export interface DebugFacts {
  /** The architectures that the file may be for, as `uname -m` prints them. Empty if e_machine is unknown. */
  readonly machines: readonly string[];
  /** Whether the debug data are of a kernel module, not of a program or library. */
  readonly isModule: boolean;
  /** The kind of debug data in the file. `symbols` means that the file has only a symbol table. */
  readonly debugData: 'dwarf' | 'symbols' | 'none';
  readonly buildId: string | undefined;
}

const SHT_SYMTAB = 2;

/**
 * Reads a .debug file of a module, program or library. For bytes that are not a whole ELF file, returns only `problem`,
 * which says what is wrong.
 */
export function readDebugFacts(bytes: Buffer): { facts: DebugFacts } | { problem: string } {
  try {
    const elf = new ElfFile(bytes, 'any');
    // objcopy --only-keep-debug makes these sections empty, but keeps their headers.
    const isModule = ['.modinfo', '.gnu.linkonce.this_module'].some((name) => elf.section(name));
    const hasDwarf = elf.sections.some(({ name }) => /^\.z?debug_/.test(name));
    const hasSymbols = elf.sections.some(({ type }) => type === SHT_SYMTAB);
    const debugData = hasDwarf ? 'dwarf' : hasSymbols ? 'symbols' : 'none';
    const machines = machinesOfElf(elf.machine);
    return { facts: { machines, isModule, debugData, buildId: buildIdOf(elf) } };
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    return { problem: error.reason };
  }
}
