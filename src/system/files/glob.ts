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
 * The most groups of braces in a pattern, and the most `*` in a pattern with braces. A pattern with more is an error:
 * matching would take too long, because braces multiply the number of texts to try.
 */
const MOST_BRACES = 12;
const MOST_STARS_WITH_BRACES = 4;

/**
 * Translates a shell pattern (`*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, `{a,b}`, `\*`) into a regular expression that
 * matches a text as a whole. As in glob(7), a wildcard does not match `/`, nor a `.` at the beginning of a name. Throws
 * UsageError for a bracket or brace that is not closed, a range in reverse order, too many braces, and too many `*` in
 * a pattern with braces.
 */
export function globExpression(pattern: string): RegExp {
  let depth = 0;
  let braces = 0;
  const stars = new Stars(pattern);
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const notHidden = notHiddenAt(pattern, i);
    if (character === '*') stars.star(notHidden);
    else if (character === '?') stars.add(`${notHidden}[^/]`);
    else if (character === '[') {
      const { set, end } = bracket(pattern, i);
      stars.add(notHidden + set);
      i = end;
    } else if (character === '{') {
      depth++;
      braces++;
      stars.add('(?:');
    } else if (character === '}' && depth > 0) {
      depth--;
      stars.add(')');
    } else if (character === ',' && depth > 0) stars.add('|');
    else if (character === '/') stars.slash();
    else if (character === '\\' && i + 1 < pattern.length) stars.add(literal(pattern.charAt(++i)));
    else stars.add(literal(character));
  }
  if (depth > 0) throw notClosed(pattern, '{');
  if (braces > MOST_BRACES || (braces > 0 && stars.count > MOST_STARS_WITH_BRACES)) {
    throw new UsageError(`the pattern "${pattern}" has too many braces, or braces and too many *`);
  }
  try {
    return new RegExp(`^${stars.end()}$`);
  } catch {
    throw new UsageError(`the pattern "${pattern}" has a range in reverse order`);
  }
}

/**
 * Returns an expression that does not match before a `.` at the beginning of a name. If the pattern has braces, the
 * character before a wildcard depends on the alternative. So the expression looks for it in the matched text.
 */
function notHiddenAt(pattern: string, position: number): string {
  if (pattern.includes('{')) return '(?!(?<![^/])\\.)';
  return position === 0 || pattern.charAt(position - 1) === '/' ? '(?!\\.)' : '';
}

/**
 * Builds a regular expression. For a pattern without braces, it does not try combinations of wildcards: the text
 * between two wildcards is matched where it first occurs, and a lookahead keeps RegExp from trying later places
 * (`*a*a*a*b` would take very long). For a pattern with braces this is not possible, so the number of `*` is limited
 * (MOST_STARS_WITH_BRACES).
 */
class Stars {
  count = 0;
  readonly #plain: boolean;
  #source = '';
  #groups = 0;
  /**
   * The expression for what follows the last `*` in the current part of the path. Undefined if this part has no `*`
   * yet, and for a pattern with braces.
   */
  #behind: string | undefined;

  constructor(pattern: string) {
    this.#plain = pattern.includes('{');
  }

  add(text: string): void {
    if (this.#behind === undefined) this.#source += text;
    else this.#behind += text;
  }

  star(notHidden: string): void {
    this.count++;
    if (this.#plain) {
      this.#source += `${notHidden}[^/]*`;
      return;
    }
    if (this.#behind) this.#source += `(?=([^/]*?${this.#behind}))\\${++this.#groups}`;
    else this.#source += notHidden;
    this.#behind = '';
  }

  slash(): void {
    this.end();
    this.#source += '\\/';
  }

  end(): string {
    if (this.#behind !== undefined) this.#source += `[^/]*${this.#behind}`;
    this.#behind = undefined;
    return this.#source;
  }
}

/**
 * Translates the bracket expression of a pattern that begins at `start`. A `]` that is its first character stands for
 * itself (glob(7)). Returns the translation, and the position of the closing bracket.
 */
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

/** Whether a text contains a wildcard, an opening bracket or an opening brace. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

function notClosed(pattern: string, bracket: string): UsageError {
  return new UsageError(`the "${bracket}" in the pattern "${pattern}" is not closed`);
}
