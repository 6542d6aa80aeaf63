/**
 * Looks up a word of unknown origin in a table. Only the properties of the table itself are searched, so `constructor`
 * and `toString` are not found.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
