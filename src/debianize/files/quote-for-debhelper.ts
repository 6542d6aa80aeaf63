const VARIABLES: Readonly<Record<string, string>> = {
  $: 'Dollar',
  ' ': 'Space',
  '\t': 'Tab',
  '\n': 'Newline',
};

/**
 * Quotes a path for a list that debhelper reads. debhelper splits lines at blanks. Since compatibility level 13,
 * variables such as ${Space} stand for blanks (debhelper(7)). A `#` at the beginning gets `./` before it, because it
 * would begin a comment.
 */
export function quoteForDebhelper(path: string): string {
  const word = path.replace(/[$ \t\n]/g, (character) => `\${${VARIABLES[character]}}`);
  return word.startsWith('#') ? `./${word}` : word;
}
