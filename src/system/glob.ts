import { UsageError } from '../errors.ts';

/**
 * A shell pattern (`*`, `?`, `[a-z]`, `[!x]`, `{a,b}`) as a regular expression over the whole text.
 * `*` and `?` do not match `/`, and at the beginning of a name not `.`, as glob(7). UsageError
 * `usage` for brackets or braces that do not close.
 */
export function globExpression(pattern: string): RegExp {
  let depth = 0;
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const atStart = i === 0 || pattern.charAt(i - 1) === '/';
    if (character === '*') source += atStart ? '(?!\\.)[^/]*' : '[^/]*';
    else if (character === '?') source += atStart ? '[^/.]' : '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) throw notClosed(pattern, '[');
      source += `[${pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')}]`;
      i = end;
    } else if (character === '{') {
      depth++;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else source += character.replace(/[.+^$()|\\}\]/-]/, '\\$&');
  }
  if (depth > 0) throw notClosed(pattern, '{');
  return new RegExp(`^${source}$`);
}

/** Whether a text is a pattern at all. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

function notClosed(pattern: string, bracket: string): UsageError {
  return new UsageError(`the "${bracket}" in the pattern "${pattern}" is not closed`);
}
