import { readFile } from 'node:fs/promises';

/** A symbol that a kernel or module exports: its CRC ("0x00000000" without MODVERSIONS) and owner. */
export interface ExportedSymbol {
  readonly crc: string;
  /** `vmlinux` or the path of the module without .ko. */
  readonly owner: string;
}

/** Reads Module.symvers: `crc\tsymbol\towner\tlicence\tnamespace` (scripts/mod/modpost.c, write_dump). */
export function parseSymvers(text: string): Map<string, ExportedSymbol> {
  const symbols = new Map<string, ExportedSymbol>();
  for (const line of text.split('\n')) {
    const [crc, symbol, owner] = line.split('\t');
    if (crc && symbol && owner) symbols.set(symbol, { crc, owner });
  }
  return symbols;
}

/** The exports in a Module.symvers file; none if there is no such file. */
export async function readSymvers(file: string): Promise<Map<string, ExportedSymbol>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parseSymvers(text);
}
