/**
 * Quotes a word for a POSIX shell if it needs quotes. `~` needs none after a letter, digit, `_` or dot, because the
 * shell expands it only at the beginning of a word and after `=` or `:`.
 */
export function shellWord(word: string): string {
  return /^(?:[\w@%+=:,./-]|(?<=[\w.])~)+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Returns words as one line of a POSIX shell, each quoted if it needs quotes. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
