import { UsageError } from '../../errors.ts';
import { lookUp } from '../text/look-up.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/**
 * A shell pattern (`*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, `{a,b}`, `\*`) as a regular expression
 * over the whole text. Wildcards do not match `/`, and at the beginning of a name not `.`, as glob(7).
 * UsageError `usage` for brackets or braces that do not close, and for ranges that run backwards.
 */
export function globExpression(pattern: string): RegExp {
  let depth = 0;
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const notHidden = i === 0 || pattern.charAt(i - 1) === '/' ? '(?!\\.)' : '';
    if (character === '*') source += `${notHidden}[^/]*`;
    else if (character === '?') source += `${notHidden}[^/]`;
    else if (character === '[') {
      const { set, end } = bracket(pattern, i);
      source += notHidden + set;
      i = end;
    } else if (character === '{') {
      depth++;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else if (character === '\\' && i + 1 < pattern.length) source += literal(pattern.charAt(++i));
    else source += literal(character);
  }
  if (depth > 0) throw notClosed(pattern, '{');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw new UsageError(`the pattern "${pattern}" has a range that runs backwards`);
  }
}

/** The bracket expression that begins at `start`: `]` as its first character is an ordinary one. */
function bracket(pattern: string, start: number): { set: string; end: number } {
  const negated = /[!^]/.test(pattern.charAt(start + 1));
  let set = negated ? '[^/' : '(?!/)[';
  const first = start + (negated ? 2 : 1);
  for (let i = first; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === ']' && i > first) return { set: `${set}]`, end: i };
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i));
    const characters = lookUp(CLASSES, named?.[1] ?? '');
    if (named !== null && characters !== undefined) {
      set += characters;
      i += named[0].length - 1;
    } else {
      const plain = character === '\\' ? pattern.charAt(++i) : character;
      set += plain.replace(/[\\\][^]/, '\\$&');
    }
  }
  throw notClosed(pattern, '[');
}

function literal(character: string): string {
  return character.replace(/[.+*?^$()|\\{}[\]/-]/, '\\$&');
}

/** Whether a text is a pattern at all. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

function notClosed(pattern: string, bracket: string): UsageError {
  return new UsageError(`the "${bracket}" in the pattern "${pattern}" is not closed`);
}
