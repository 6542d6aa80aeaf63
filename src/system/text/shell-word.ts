/** A word as a shell takes it: quoted where that is needed; ~ only begins a word or what follows `=` and `:`. */
export function shellWord(word: string): string {
  return /^(?:[\w@%+=:,./-]|(?<=[\w.])~)+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
