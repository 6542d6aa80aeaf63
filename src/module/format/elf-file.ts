import { ArchiveError } from '../../errors.ts';

/** The error for bytes that are not an ELF file of the expected kind, or not a whole one. */
export class ElfError extends ArchiveError {
  /** What is wrong with the file, such as `it has no sections`. */
  readonly reason: string;

  constructor(reason: string) {
    super('no-module', `this is not a kernel module: ${reason}`);
    this.reason = reason;
  }
}

/** A section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly link: number;
  /** The bytes of the section. Empty for a section without bytes in the file (SHT_NOBITS). */
  readonly content: Buffer;
}

/** An entry of the symbol table. */
export interface ElfSymbol {
  readonly name: string;
  /** The binding of the symbol (STB_…): 0 is local, 1 is global, 2 is weak. */
  readonly binding: number;
  /** The index of the symbol's section. SHN_UNDEF (0) for an import, SHN_ABS (0xfff1) for a plain number. */
  readonly section: number;
  readonly value: number;
}

export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const ET_REL = 1;
/**
 * The longest name of a symbol or section, in bytes. It is twice the kernel's limit (KSYM_NAME_LEN is 512). This limit
 * keeps a damaged table from being read to its end.
 */
const MOST_NAME_BYTES = 1024;
/** The most symbols that a file may have: ten times as many as the largest modules have. */
const MOST_SYMBOLS = 2 ** 20;

/** An ELF file in memory (elf(5)). It may be of 32 or 64 bits, and of either byte order. */
export class ElfFile {
  /** The number in e_machine (linux/elf-em.h). */
  readonly machine: number;
  readonly bigEndian: boolean;
  /** How many bytes an `unsigned long` has in this file: 4 or 8. */
  readonly wordBytes: 4 | 8;
  readonly sections: readonly ElfSection[];
  readonly #bytes: Buffer;
  readonly #wide: boolean;

  /**
   * Accepts only relocatable objects, such as modules; with `any`, every ELF file. Throws ElfError `no-module` for
   * other bytes, for a file without sections, and for a file that ends too early.
   */
  constructor(bytes: Buffer, accepts: 'relocatable' | 'any' = 'relocatable') {
    this.#bytes = bytes;
    const isElf = bytes.subarray(0, 4).toString('latin1') === '\x7fELF';
    if (!isElf || bytes.length < 52) throw new ElfError('it is not an ELF file');
    this.#wide = bytes[4] === 2;
    this.wordBytes = this.#wide ? 8 : 4;
    this.bigEndian = bytes[5] === 2;
    if (accepts === 'relocatable' && this.#read(16, 2) !== ET_REL) {
      throw new ElfError('it is not a relocatable ELF object');
    }
    this.machine = this.#read(18, 2);
    this.sections = this.#readSections();
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** Reads an unsigned number of 2, 4 or 8 bytes in the file's byte order. Throws ElfError if there are fewer bytes. */
  number(bytes: Buffer, offset: number, size: 2 | 4 | 8): number {
    if (offset < 0 || offset + size > bytes.length) throw new ElfError('it ends too early');
    if (size === 2) return this.bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset);
    if (size === 4) return this.bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
    const wide = this.bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset);
    return Number(wide);
  }

  /**
   * Returns the symbol table without its first entry, which is empty. Returns [] if there is no table. Throws ElfError
   * for more than MOST_SYMBOLS symbols.
   */
  symbols(): ElfSymbol[] {
    const table = this.sections.find((section) => section.type === SHT_SYMTAB);
    const names = this.sections[table?.link ?? 0];
    if (table === undefined || names === undefined) return [];
    const size = this.#wide ? 24 : 16;
    if (table.content.length / size > MOST_SYMBOLS)
      throw new ElfError(`it has more than ${MOST_SYMBOLS} symbols`);
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

  /** Reads e_shoff, e_shentsize, e_shnum and e_shstrndx, then each Elf32_Shdr or Elf64_Shdr. */
  #readSections(): ElfSection[] {
    const wide = this.#wide;
    const start = wide ? this.#read(40, 8) : this.#read(32, 4);
    const [size, count, nameIndex] = [0, 2, 4].map((i) => this.#read((wide ? 58 : 46) + i, 2));
    if (start === 0 || !count || !size) throw new ElfError('it has no sections');
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
      if (end > this.#bytes.length) throw new ElfError('a section lies beyond the end of the file');
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

/** Returns the text from `offset` to the next NUL, but at most MOST_NAME_BYTES. */
export function textAt(bytes: Buffer, offset: number): string {
  const text = bytes.subarray(offset, offset + MOST_NAME_BYTES);
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end === -1 ? text.length : end);
}
