import type { ExportedSymbol } from '../../kernel/symvers.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { ElfFile } from './elf-file.ts';

/** struct modversion_info: unsigned long crc, name up to 64 bytes altogether (linux/module.h). */
const RECORD_BYTES = 64;
/** Room for a record of every symbol that a kernel exports, ten times over. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The CRC that a module expects of each symbol it imports, as Module.symvers writes it (0x and eight
 * digits): `__version_ext_crcs` and `__version_ext_names` (Linux 6.13, CONFIG_EXTENDED_MODVERSIONS),
 * which has the names that are too long for the records, and `__versions`. Undefined without either.
 */
export function readModversions(elf: ElfFile): Map<string, string> | undefined {
  const content = (name: string) => elf.section(name)?.content.subarray(0, MOST_BYTES);
  const records = content('__versions');
  const crcs = content('__version_ext_crcs');
  const names = content('__version_ext_names');
  if (records === undefined && crcs === undefined) return undefined;
  const versions = new Map<string, string>();
  const wordBytes = elf.wordBytes;
  for (let at = 0; records !== undefined && at + RECORD_BYTES <= records.length; ) {
    const record = records.subarray(at, at + RECORD_BYTES);
    const name = record.subarray(wordBytes).toString('utf8').split('\0', 1)[0] ?? '';
    if (name !== '') versions.set(name, formatCrc(elf.number(record, 0, wordBytes)));
    at += RECORD_BYTES;
  }
  if (crcs !== undefined && names !== undefined) {
    const list = names.toString('utf8').split('\0');
    for (let i = 0; i * 4 + 4 <= crcs.length; i++) {
      const name = list[i];
      if (name) versions.set(name, formatCrc(elf.number(crcs, i * 4, 4)));
    }
  }
  return versions;
}

/** As Module.symvers has it. */
export function formatCrc(crc: number): string {
  return `0x${(crc % 2 ** 32).toString(16).padStart(8, '0')}`;
}

/** A kernel without CONFIG_MODVERSIONS writes 0x00000000 for every symbol (Debian since 7.x). */
export function hasModversions(exports: ReadonlyMap<string, ExportedSymbol>): boolean {
  for (const { crc } of exports.values()) if (!/^0x0*$/.test(crc)) return true;
  return false;
}

/**
 * What a module needs of its kernel in one number, `sha256:<hex>` over the sorted lines
 * `<symbol> <crc>` of its imports and the vermagic: equal means that the module would load there.
 * An import that `symvers` does not know counts with the CRC 0x00000000.
 */
export function kernelAbi(
  imports: Iterable<string>,
  vermagic: string,
  symvers: { get(symbol: string): Pick<ExportedSymbol, 'crc'> | undefined },
): string {
  const lines = [...new Set(imports)]
    .map((name) => `${name} ${symvers.get(name)?.crc ?? '0x00000000'}\n`)
    .sort((a, b) => (a < b ? -1 : 1));
  const text = `${lines.join('')}${vermagic.trim()}\n`;
  return `sha256:${sha256(text)}`;
}
