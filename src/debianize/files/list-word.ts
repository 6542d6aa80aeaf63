const VARIABLES: Readonly<Record<string, string>> = {
  $: 'Dollar',
  ' ': 'Space',
  '\t': 'Tab',
  '\n': 'Newline',
};

/**
 * Quotes a path for a debhelper list. debhelper splits lines at blanks; since compat level 13 there are variables for
 * them (debhelper(7)). A `#` at the beginning would begin a comment.
 */
export function listWord(path: string): string {
  const word = path.replace(/[$ \t\n]/g, (character) => `\${${VARIABLES[character]}}`);
  return word.startsWith('#') ? `./${word}` : word;
}
