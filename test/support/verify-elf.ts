/** A section of a fixture. smallElf writes the `records` of the symbol table itself. */
export interface FixtureSection {
  readonly name: string;
  readonly content: Buffer | string;
}

export interface FixtureSymbol {
  readonly name: string;
  /** The name of its section; undefined for an imported symbol. */
  readonly section?: string;
  readonly value?: number;
  /** The binding (STB_). The default is global. */
  readonly binding?: number;
}

const SHT = { null: 0, progbits: 1, symtab: 2, strtab: 3 } as const;

/** Returns a minimal relocatable ELF64 little-endian object for x86-64 (or `machine`). */
export function smallElf(
  sections: readonly FixtureSection[],
  symbols: readonly FixtureSymbol[] = [],
  machine = 62,
): Buffer {
  const names = ['', ...sections.map(({ name }) => name), '.symtab', '.strtab', '.shstrtab'];
  const strings = stringTable(symbols.map(({ name }) => name));
  const sectionNames = stringTable(names);
  const symtab = Buffer.alloc(24 * (symbols.length + 1));
  symbols.forEach(({ name, section, value, binding }, i) => {
    const at = 24 * (i + 1);
    symtab.writeUInt32LE(strings.at(name), at);
    symtab[at + 4] = (binding ?? 1) << 4;
    symtab.writeUInt16LE(section === undefined ? 0 : names.indexOf(section), at + 6);
    symtab.writeBigUInt64LE(BigInt(value ?? 0), at + 8);
  });
  const contents = [
    Buffer.alloc(0),
    ...sections.map(({ content }) => Buffer.from(content as string, 'utf8')),
    symtab,
    strings.bytes,
    sectionNames.bytes,
  ];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(machine, 18);
  const total = contents.reduce((sum, content) => sum + content.length, 64);
  header.writeBigUInt64LE(BigInt(total), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(names.length, 60);
  header.writeUInt16LE(names.length - 1, 62);
  let offset = 64;
  const table = contents.map((content, i) => {
    const entry = Buffer.alloc(64);
    const name = names[i] ?? '';
    const last = { '.symtab': SHT.symtab, '.strtab': SHT.strtab, '.shstrtab': SHT.strtab }[name];
    entry.writeUInt32LE(sectionNames.at(name), 0);
    entry.writeUInt32LE(i === 0 ? SHT.null : (last ?? SHT.progbits), 4);
    entry.writeBigUInt64LE(BigInt(offset), 24);
    entry.writeBigUInt64LE(BigInt(content.length), 32);
    if (name === '.symtab') entry.writeUInt32LE(names.indexOf('.strtab'), 40);
    offset += content.length;
    return entry;
  });
  return Buffer.concat([header, ...contents, ...table]);
}

/** Returns `__versions` of a 64-bit kernel. */
export function versionsSection(versions: Readonly<Record<string, number>>): FixtureSection {
  const records = Object.entries(versions).map(([name, crc]) => {
    const record = Buffer.alloc(64);
    record.writeBigUInt64LE(BigInt(crc));
    record.write(name, 8);
    return record;
  });
  return { name: '__versions', content: Buffer.concat(records) };
}

export function modinfoSection(values: Readonly<Record<string, string>>): FixtureSection {
  const content = Object.entries(values).map(([tag, value]) => `${tag}=${value}\0`);
  return { name: '.modinfo', content: content.join('') };
}

function stringTable(names: readonly string[]) {
  const bytes = Buffer.from(`\0${names.join('\0')}\0`);
  return { bytes, at: (name: string) => (name === '' ? 0 : bytes.indexOf(`\0${name}\0`) + 1) };
}
