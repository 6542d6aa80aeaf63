/**
 * Returns the index of the bracket that closes the bracket at the index `open`. Returns the length of the text if no
 * bracket closes it.
 */
export function closing(text: string, open: number): number {
  const [left, right] = text[open] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === left) depth++;
    else if (text[i] === right && --depth === 0) return i;
  }
  return text.length;
}

/** Splits the arguments of a function at commas that are outside of brackets. */
export function splitArguments(text: string): string[] {
  return splitOutside(text, (character) => character === ',');
}

/** Splits a text at blanks that are outside of brackets. */
export function topWords(text: string): string[] {
  return splitOutside(text, (character) => /\s/.test(character)).filter((word) => word !== '');
}

function splitOutside(text: string, isSeparator: (character: string) => boolean): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '(' || character === '{') depth++;
    else if ((character === ')' || character === '}') && depth > 0) depth--;
    else if (depth === 0 && isSeparator(character)) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
