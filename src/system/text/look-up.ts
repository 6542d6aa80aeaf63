/**
 * What a table has for a word that somebody else wrote: of its own, as every object also answers to
 * `constructor`, `toString` and the like.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
