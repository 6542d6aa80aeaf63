import type { ExportedSymbol } from '../../kernel/symvers.ts';
import { type ElfFile, SHN_ABS, textAt } from './elf-file.ts';
import { formatCrc } from './modversions.ts';

/**
 * Returns the symbols that a module exports. For each of these there is a symbol `__ksymtab_<symbol>`. If the symbol
 * `__crc_<symbol>` is absolute, its value is the CRC. Otherwise its value is the position of the CRC in its section:
 * `__kcrctab` or `__kcrctab_gpl` since Linux 5.19, `.rodata` before, with CONFIG_MODULE_REL_CRCS. Without
 * `__crc_<symbol>`, the CRC is 0x00000000. The namespace is at `__kstrtabns_<symbol>`
 * (include/linux/export-internal.h).
 */
export function moduleExports(elf: ElfFile, owner: string): Map<string, ExportedSymbol> {
  const symbols = elf.symbols();
  const crcs = new Map<string, string>();
  const namespaces = new Map<string, string>();
  for (const { name, section, value } of symbols) {
    const content = elf.sections[section]?.content;
    if (name.startsWith('__crc_')) {
      const isPlace = section !== SHN_ABS && content !== undefined && value + 4 <= content.length;
      crcs.set(name.slice(6), formatCrc(isPlace ? elf.number(content, value, 4) : value));
    } else if (name.startsWith('__kstrtabns_') && content !== undefined) {
      namespaces.set(name.slice(12), textAt(content, value));
    }
  }
  const exports = new Map<string, ExportedSymbol>();
  for (const { name, section } of symbols) {
    if (!name.startsWith('__ksymtab_')) continue;
    const symbol = name.slice(10);
    exports.set(symbol, {
      crc: crcs.get(symbol) ?? '0x00000000',
      owner,
      gplOnly: elf.sections[section]?.name.includes('ksymtab_gpl') === true,
      namespace: namespaces.get(symbol) || undefined,
    });
  }
  return exports;
}
