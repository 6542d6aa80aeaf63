const VARIABLES: Readonly<Record<string, string>> = {
  $: 'Dollar',
  ' ': 'Space',
  '\t': 'Tab',
  '\n': 'Newline',
};

/**
 * Quotes a path for a list that debhelper reads. debhelper splits lines at blanks, and since compatibility level 13
 * there are variables such as ${Space} for them (debhelper(7)). A `#` at the beginning of a line would begin a
 * comment.
 */
export function quoteForDebhelper(path: string): string {
  const word = path.replace(/[$ \t\n]/g, (character) => `\${${VARIABLES[character]}}`);
  return word.startsWith('#') ? `./${word}` : word;
}
