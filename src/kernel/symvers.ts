import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

/** A symbol that the kernel or a module exports. */
export interface ExportedSymbol {
  /** The CRC of the symbol. It is "0x00000000" for a kernel without MODVERSIONS. */
  readonly crc: string;
  /** The exporter of the symbol: `vmlinux`, or the path of a module without .ko. */
  readonly owner: string;
  /** Whether only a module with a GPL-compatible licence may use the symbol (EXPORT_SYMBOL_GPL). */
  readonly gplOnly: boolean;
  /**
   * The namespace of the symbol. A module that uses the symbol must import the namespace with MODULE_IMPORT_NS.
   * Undefined if the symbol has no namespace.
   */
  readonly namespace: string | undefined;
}

/** Exported symbols by name. */
export type Exports = ReadonlyMap<string, ExportedSymbol>;

/**
 * A line of Module.symvers: `crc\tsymbol\towner\ttype\tnamespace` (scripts/mod/modpost.c, write_dump). The file has
 * tens of thousands of lines, but a module uses a few dozen symbols. Therefore a field is extracted only when it is
 * read.
 */
class SymversLine implements ExportedSymbol {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  get crc(): string {
    return this.#field(0);
  }

  get owner(): string {
    return this.#field(2);
  }

  get gplOnly(): boolean {
    return this.#field(3).endsWith('_GPL');
  }

  get namespace(): string | undefined {
    return this.#field(4) || undefined;
  }

  #field(index: number): string {
    let from = this.#start;
    for (let i = 0; i < index; i++) {
      const tab = this.#text.indexOf('\t', from);
      if (tab === -1 || tab >= this.#end) return '';
      from = tab + 1;
    }
    const tab = this.#text.indexOf('\t', from);
    return this.#text.slice(from, tab === -1 ? this.#end : Math.min(tab, this.#end));
  }
}

/** Parses the text of a Module.symvers. A line without CRC, symbol or owner is ignored. */
export function parseSymvers(text: string): Map<string, ExportedSymbol> {
  const symbols = new Map<string, ExportedSymbol>();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const afterCrc = text.indexOf('\t', start);
    const afterSymbol = text.indexOf('\t', afterCrc + 1);
    const hasOwner = afterSymbol + 1 < end && text[afterSymbol + 1] !== '\t';
    if (afterCrc > start && afterSymbol > afterCrc + 1 && hasOwner) {
      const symbol = text.slice(afterCrc + 1, afterSymbol);
      symbols.set(symbol, new SymversLine(text, start, end));
    }
    start = end + 1;
  }
  return symbols;
}

/** Returns the symbols as the text of a Module.symvers, sorted by symbol. */
export function formatSymvers(symbols: Exports): string {
  return [...symbols]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, { crc, owner, gplOnly, namespace = '' }]) => {
      const type = gplOnly ? 'EXPORT_SYMBOL_GPL' : 'EXPORT_SYMBOL';
      return `${[crc, symbol, owner, type, namespace].join('\t')}\n`;
    })
    .join('');
}

/**
 * Reads several Module.symvers files into one table. If two files have the same symbol, the later file is used. Throws
 * Node's error for a missing file.
 */
export async function readSymvers(...files: string[]): Promise<Map<string, ExportedSymbol>> {
  const symbols = new Map<string, ExportedSymbol>();
  for (const file of files) {
    for (const [name, symbol] of parseSymvers(await readFile(file, 'utf8'))) {
      symbols.set(name, symbol);
    }
  }
  return symbols;
}

/**
 * Whether a Module.symvers is complete: it begins with a valid line and ends with a newline. It may be truncated if the
 * disk was full.
 */
export async function isWholeSymvers(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const first = (await handle.read(Buffer.alloc(200), 0, 200, 0)).buffer.toString('latin1');
    const last = (await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))).buffer;
    return /^0x[0-9a-f]+\t[^\t\n]+\t/i.test(first) && last.toString('latin1') === '\n';
  } finally {
    await handle.close();
  }
}

/**
 * Reads the symbols that a kernel and its own modules export. Returns an empty map if the headers have no
 * Module.symvers.
 */
export async function readKernelExports(headersDirectory: string): Promise<Exports> {
  const file = `${headersDirectory}/Module.symvers`;
  return existsSync(file) ? parseSymvers(await readFile(file, 'utf8')) : new Map();
}
