import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A symbol that a kernel or module exports, and the conditions of its use. */
export interface ExportedSymbol {
  /** "0x00000000" without MODVERSIONS. */
  readonly crc: string;
  /** `vmlinux` or the path of the module without .ko. */
  readonly owner: string;
  /** EXPORT_SYMBOL_GPL: only for modules with a licence that is compatible. */
  readonly gplOnly: boolean;
  /** What a module must import with MODULE_IMPORT_NS; undefined for none. */
  readonly namespace: string | undefined;
}

/** Exported symbols by their names. */
export type Exports = ReadonlyMap<string, ExportedSymbol>;

/** Reads Module.symvers: `crc\tsymbol\towner\ttype\tnamespace` (scripts/mod/modpost.c, write_dump). */
export function parseSymvers(text: string): Map<string, ExportedSymbol> {
  const symbols = new Map<string, ExportedSymbol>();
  for (const line of text.split('\n')) {
    const [crc, symbol, owner, type = '', namespace] = line.split('\t');
    if (!crc || !symbol || !owner) continue;
    const gplOnly = type.endsWith('_GPL');
    symbols.set(symbol, { crc, owner, gplOnly, namespace: namespace || undefined });
  }
  return symbols;
}

/** The text that parseSymvers reads, sorted by symbol. */
export function formatSymvers(symbols: Exports): string {
  return [...symbols]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, { crc, owner, gplOnly, namespace = '' }]) => {
      const type = gplOnly ? 'EXPORT_SYMBOL_GPL' : 'EXPORT_SYMBOL';
      return `${[crc, symbol, owner, type, namespace].join('\t')}\n`;
    })
    .join('');
}

/** Reads Module.symvers files into one table, later ones over earlier; a missing file is an error of node's. */
export async function readSymvers(...files: string[]): Promise<Map<string, ExportedSymbol>> {
  const symbols = new Map<string, ExportedSymbol>();
  for (const file of files) {
    for (const [name, symbol] of parseSymvers(await readFile(file, 'utf8'))) {
      symbols.set(name, symbol);
    }
  }
  return symbols;
}

/** What a kernel and its modules export; nothing where its headers have no Module.symvers. */
export async function readKernelExports(headersDirectory: string): Promise<Exports> {
  const file = `${headersDirectory}/Module.symvers`;
  return existsSync(file) ? readSymvers(file) : new Map();
}
