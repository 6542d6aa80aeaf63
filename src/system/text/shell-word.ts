/**
 * Quotes a word for a POSIX shell if it needs quotes. `~` needs none after a letter, digit or dot, because the shell
 * expands it only at the beginning of a word and after `=` or `:`.
 */
export function shellWord(word: string): string {
  return /^(?:[\w@%+=:,./-]|(?<=[\w.])~)+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
