import type { ExportedSymbol } from '../../kernel/symvers.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { ElfFile } from './elf-file.ts';

/** The size of a struct modversion_info: an unsigned long for the CRC, then the name (linux/module.h). */
const RECORD_BYTES = 64;
/**
 * The most bytes of a section that are read. The rest is left out. The records of all symbols of a kernel need only a
 * tenth of these bytes.
 */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Returns the CRC that a module expects of each symbol that it imports, as text of 0x and eight digits as in
 * Module.symvers. The function reads `__versions`. Names that are too long for this section are in
 * `__version_ext_names`, with their CRCs in `__version_ext_crcs` (Linux 6.13, CONFIG_EXTENDED_MODVERSIONS). Returns
 * undefined if the module has no CRCs.
 */
export function readModversions(elf: ElfFile): Map<string, string> | undefined {
  const content = (name: string) => elf.section(name)?.content.subarray(0, MOST_BYTES);
  const records = content('__versions');
  const crcs = content('__version_ext_crcs');
  const names = content('__version_ext_names');
  if (records === undefined && crcs === undefined) return undefined;
  const ofUbuntu = records && readUbuntuRecords(elf, records);
  if (ofUbuntu !== undefined) return ofUbuntu;
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

/**
 * Reads `__versions` in the form of Ubuntu's kernels from 23.10 to 24.10 ("modpost: support arbitrary symbol length in
 * modversion"): records of different sizes. A record has its own size in bytes, the CRC, and the name. Returns
 * undefined if the section does not have this form to its end.
 */
function readUbuntuRecords(elf: ElfFile, records: Buffer): Map<string, string> | undefined {
  const versions = new Map<string, string>();
  let at = 0;
  while (at + 8 <= records.length) {
    const size = elf.number(records, at, 4);
    // The last record is empty.
    if (size === 0) return versions.size > 0 && records.length - at < 16 ? versions : undefined;
    const name = records.subarray(at + 8, at + size);
    const length = name.indexOf(0);
    // One to four zero bytes follow the name.
    if (at + size > records.length || length < 1 || name.length - length > 4) return undefined;
    versions.set(name.toString('utf8', 0, length), formatCrc(elf.number(records, at + 4, 4)));
    at += size;
  }
  return undefined;
}

/** Returns a CRC as text, in the form of Module.symvers. */
export function formatCrc(crc: number): string {
  return `0x${(crc % 2 ** 32).toString(16).padStart(8, '0')}`;
}

/** Whether a kernel has CONFIG_MODVERSIONS. If not, every CRC in its Module.symvers is 0x00000000. */
export function hasModversions(exports: ReadonlyMap<string, ExportedSymbol>): boolean {
  for (const { crc } of exports.values()) if (!/^0x0*$/.test(crc)) return true;
  return false;
}

/**
 * Returns one checksum for everything that modules need of their kernel: `sha256:<hex>` over the sorted lines `<symbol>
 * <crc>` of the imports, and the vermagic. The modules load with every kernel that gives the same checksum. An import
 * that `symvers` lacks has the CRC 0x00000000.
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
