import { UsageError } from '../../errors.ts';

/**
 * Splits a text into words as a shell does, with quotes and backslashes. Nothing is expanded or run. Throws UsageError
 * if a quote is not closed, if the text ends with a backslash, or if the first word is missing or empty. Its message
 * names `option`, the option that gave the text; `hint` says what to write instead of a missing word.
 */
export function splitWords(text: string, option: string, hint: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let rest = text;
  while (rest !== '') {
    const [part = ''] =
      /^(?:\s+|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^\s'"\\]+)/.exec(rest) ?? [];
    if (part === '') {
      throw new UsageError(`${option} has a quote that is not closed, or ends with a backslash`, {
        hint: `Check the quotes in: ${text.slice(0, 200)}`,
      });
    }
    rest = rest.slice(part.length);
    if (/^\s/.test(part)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + unquoted(part);
  }
  if (word !== undefined) words.push(word);
  if (words.length > 0 && words[0] !== '') return words;
  throw new UsageError(`${option} needs a command`, { hint });
}

function unquoted(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1);
  if (part.startsWith('"')) return part.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  return part.startsWith('\\') ? part.slice(1) : part;
}
