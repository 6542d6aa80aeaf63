/** Looks an untrusted key up among a table's own properties: `constructor` and `toString` find nothing. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
