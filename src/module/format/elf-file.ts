import { ArchiveError } from '../../errors.ts';

/** A section of an ELF file; its content is empty where the file has none (SHT_NOBITS). */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly link: number;
  readonly content: Buffer;
}

export interface ElfSymbol {
  readonly name: string;
  /** STB_: 0 local, 1 global, 2 weak. */
  readonly binding: number;
  /** Index of the section it is in; SHN_UNDEF (0) where it is another's, SHN_ABS (0xfff1) for a number. */
  readonly section: number;
  readonly value: number;
}

export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const ET_REL = 1;
/** Longer than any name of the kernel's (KSYM_NAME_LEN is 512), against tables without an end. */
const MOST_NAME_BYTES = 1024;
/** Ten times what the largest modules have. */
const MOST_SYMBOLS = 2 ** 20;

/**
 * An ELF file in memory (elf(5)), of either word size and byte order: a relocatable object, as modules
 * are, or with `accepts` any kind.
 */
export class ElfFile {
  /** e_machine (linux/elf-em.h). */
  readonly machine: number;
  readonly bigEndian: boolean;
  /** Of an `unsigned long` in this file. */
  readonly wordBytes: 4 | 8;
  readonly sections: readonly ElfSection[];
  readonly #bytes: Buffer;
  readonly #wide: boolean;

  /** ArchiveError `no-module` for anything else, or where it ends too early. */
  constructor(bytes: Buffer, accepts: 'relocatable' | 'any' = 'relocatable') {
    this.#bytes = bytes;
    const isElf = bytes.subarray(0, 4).toString('latin1') === '\x7fELF';
    if (!isElf || bytes.length < 52) throw noModule('it is no ELF object');
    this.#wide = bytes[4] === 2;
    this.wordBytes = this.#wide ? 8 : 4;
    this.bigEndian = bytes[5] === 2;
    if (accepts === 'relocatable' && this.#read(16, 2) !== ET_REL) {
      throw noModule('it is no relocatable ELF object');
    }
    this.machine = this.#read(18, 2);
    this.sections = this.#readSections();
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** An unsigned number of 2, 4 or 8 bytes in this file's byte order. */
  number(bytes: Buffer, offset: number, size: 2 | 4 | 8): number {
    if (offset < 0 || offset + size > bytes.length) throw noModule('it ends too early');
    if (size === 2) return this.bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset);
    if (size === 4) return this.bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
    const wide = this.bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset);
    return Number(wide);
  }

  /** The symbol table without its first, empty entry. */
  symbols(): ElfSymbol[] {
    const table = this.sections.find((section) => section.type === SHT_SYMTAB);
    const names = this.sections[table?.link ?? 0];
    if (table === undefined || names === undefined) return [];
    const size = this.#wide ? 24 : 16;
    if (table.content.length / size > MOST_SYMBOLS) throw noModule('it has too many symbols');
    const [info, section, value] = this.#wide ? [4, 6, 8] : [12, 14, 4];
    const symbols: ElfSymbol[] = [];
    for (let at = size; at + size <= table.content.length; at += size) {
      symbols.push({
        name: textAt(names.content, this.number(table.content, at, 4)),
        binding: (table.content[at + info] ?? 0) >> 4,
        section: this.number(table.content, at + section, 2),
        value: this.number(table.content, at + value, this.#wide ? 8 : 4),
      });
    }
    return symbols;
  }

  #read(offset: number, size: 2 | 4 | 8): number {
    return this.number(this.#bytes, offset, size);
  }

  /** e_shoff, e_shentsize, e_shnum, e_shstrndx; then Elf32_Shdr or Elf64_Shdr. */
  #readSections(): ElfSection[] {
    const wide = this.#wide;
    const start = wide ? this.#read(40, 8) : this.#read(32, 4);
    const [size, count, nameIndex] = [0, 2, 4].map((i) => this.#read((wide ? 58 : 46) + i, 2));
    if (start === 0 || !count || !size) throw noModule('it has no sections');
    const headers = Array.from({ length: count }, (_, i) => {
      const at = start + i * size;
      return {
        name: this.#read(at, 4),
        type: this.#read(at + 4, 4),
        offset: wide ? this.#read(at + 24, 8) : this.#read(at + 16, 4),
        size: wide ? this.#read(at + 32, 8) : this.#read(at + 20, 4),
        link: this.#read(at + (wide ? 40 : 24), 4),
      };
    });
    const content = (header: { type: number; offset: number; size: number }) => {
      if (header.type === SHT_NOBITS || header.type === 0) return Buffer.alloc(0);
      const end = header.offset + header.size;
      if (end > this.#bytes.length) throw noModule('a section lies behind its end');
      return this.#bytes.subarray(header.offset, end);
    };
    const strings = headers[nameIndex ?? 0];
    const names = strings === undefined ? Buffer.alloc(0) : content(strings);
    return headers.map((header) => ({
      name: textAt(names, header.name),
      type: header.type,
      link: header.link,
      content: content(header),
    }));
  }
}

/** The text up to the next NUL. */
export function textAt(bytes: Buffer, offset: number): string {
  const text = bytes.subarray(offset, offset + MOST_NAME_BYTES);
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end === -1 ? text.length : end);
}

function noModule(why: string): ArchiveError {
  return new ArchiveError('no-module', `this is no kernel module: ${why}`);
}
