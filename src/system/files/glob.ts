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
 * Translates a shell pattern (`*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, `{a,b}`, `\*`) into a regular
 * expression that must match the whole text. As in glob(7), a wildcard matches neither `/` nor a leading
 * `.` of a name. Throws UsageError for an unclosed bracket or brace and for a range in reverse order.
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
    throw new UsageError(`the pattern "${pattern}" has a range in reverse order`);
  }
}

/** Translates the bracket expression that begins at `start`. A `]` in first place is a literal (glob(7)). */
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

/** Whether a text contains a wildcard, a bracket or a brace. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

function notClosed(pattern: string, bracket: string): UsageError {
  return new UsageError(`the "${bracket}" in the pattern "${pattern}" is not closed`);
}
