const VARIABLES: Readonly<Record<string, string>> = {
  $: 'Dollar',
  ' ': 'Space',
  '\t': 'Tab',
  '\n': 'Newline',
};

/**
 * A path as a word of a debhelper list: such files are split at blanks, for which there are variables from
 * compat level 13 on (debhelper(7)); a `#` at the beginning would make a comment of the line.
 */
export function listWord(path: string): string {
  const word = path.replace(/[$ \t\n]/g, (character) => `\${${VARIABLES[character]}}`);
  return word.startsWith('#') ? `./${word}` : word;
}
