import { readFile } from 'node:fs/promises';
import type { ExportedSymbol } from '../kernel/symvers.ts';
import { type ElfFile, SHN_ABS } from './elf-file.ts';
import { formatCrc } from './modversions.ts';

/** An exported symbol with the conditions of its use. */
export interface KernelExport extends ExportedSymbol {
  /** EXPORT_SYMBOL_GPL: only for modules with a licence that is compatible. */
  readonly gplOnly: boolean;
  /** What a module must import with MODULE_IMPORT_NS; undefined for none. */
  readonly namespace: string | undefined;
}

export type KernelExports = ReadonlyMap<string, KernelExport>;

/** Reads Module.symvers files into one table, later ones over earlier; a missing file is an error of node's. */
export async function readKernelExports(...files: string[]): Promise<Map<string, KernelExport>> {
  const exports = new Map<string, KernelExport>();
  for (const file of files) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [crc, symbol, owner, type = '', namespace] = line.split('\t');
      if (!crc || !symbol || !owner) continue;
      exports.set(symbol, {
        crc,
        owner,
        gplOnly: type.endsWith('_GPL'),
        namespace: namespace || undefined,
      });
    }
  }
  return exports;
}

/**
 * What a module itself exports: its `__ksymtab_<symbol>` symbols, the CRCs behind `__crc_<symbol>`
 * (a number, or since 5.19 a place in `__kcrctab`; include/linux/export-internal.h).
 */
export function moduleExports(elf: ElfFile, owner: string): Map<string, KernelExport> {
  const symbols = elf.symbols();
  const crcs = new Map<string, string>();
  for (const { name, section, value } of symbols) {
    if (!name.startsWith('__crc_')) continue;
    const content = elf.sections[section]?.content;
    const isPlace = section !== SHN_ABS && content !== undefined && value + 4 <= content.length;
    crcs.set(name.slice(6), formatCrc(isPlace ? elf.number(content, value, 4) : value));
  }
  const exports = new Map<string, KernelExport>();
  for (const { name, section } of symbols) {
    if (!name.startsWith('__ksymtab_')) continue;
    const symbol = name.slice(10);
    exports.set(symbol, {
      crc: crcs.get(symbol) ?? '0x00000000',
      owner,
      gplOnly: elf.sections[section]?.name.includes('ksymtab_gpl') === true,
      namespace: undefined,
    });
  }
  return exports;
}
