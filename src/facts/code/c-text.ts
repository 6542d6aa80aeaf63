/** Parses the parts of C that are needed for facts: comments, dead branches, string literals, macros. */
import type { SourceFile } from './c-sources.ts';

const LIVE = new WeakMap<SourceFile, string>();

/**
 * Returns the text of a file without comments and without branches that are never compiled (`#if 0`). The text is
 * computed once for each file.
 */
export function liveTextOf(file: SourceFile): string {
  const text = LIVE.get(file) ?? liveText(file.text);
  LIVE.set(file, text);
  return text;
}

/** Replaces comments by blanks, and lines in dead branches by empty lines, so that the lines keep their numbers. */
function liveText(text: string): string {
  const code = text.replace(
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\.|[^'\\\n]){1,4}'/g,
    (token) => (token.startsWith('/') ? blank(token) : token),
  );
  return /^[ \t]*#[ \t]*if[ \t]+[01]\b/m.test(code) ? withoutDeadBranches(code) : code;
}

/** Functions that look up the names in the argument of a macro. */
export interface MacroNames {
  readonly string: (name: string) => string | undefined;
  /** Returns the text that a name gets when the operator `#` turns it into a string. */
  readonly text?: (name: string) => string | undefined;
}

/** Matches names of macros that turn their argument into a string: `__stringify`, `STR`, `QUOTE`. */
const STRINGIFIER = /str|quote/i;

/**
 * Returns the value of the argument of a macro: string literals, string macros and `__stringify(NAME)`, joined. Returns
 * undefined if the argument contains anything else, such as a number or a macro whose value is unknown.
 */
export function stringValue(expression: string, names: MacroNames): string | undefined {
  let value = '';
  const token =
    /\s*(?:"((?:\\[\s\S]|[^"\\\n])*)"|([A-Za-z_]\w*)[ \t]*\(([\w.+ \t-]*)\)|([A-Za-z_]\w*)|(\S))/gy;
  for (let match = token.exec(expression); match !== null; match = token.exec(expression)) {
    const [, literal, call, argument = '', name] = match;
    let part: string | undefined;
    if (literal !== undefined) part = unescapeC(literal);
    else if (call !== undefined) {
      part = STRINGIFIER.test(call) ? stringified(argument, names.text) : undefined;
    } else if (name !== undefined) part = names.string(name);
    if (part === undefined) return undefined;
    value += part;
  }
  return value;
}

/**
 * Returns the text of an argument after its macros are replaced by their values: `1.2` for `MAJOR.MINOR`. Returns
 * undefined if the value of one of the macros is unknown.
 */
function stringified(argument: string, text: MacroNames['text']): string | undefined {
  let known = true;
  const value = argument.trim().replace(/\b[A-Za-z_]\w*/g, (name) => {
    const said = text?.(name);
    if (said === undefined) known = false;
    return said ?? '';
  });
  return known ? value : undefined;
}

/**
 * The most characters in the argument of a macro. A longer argument is not read: its closing parenthesis is probably
 * missing.
 */
const MAX_ARGUMENT = 4000;

/**
 * Returns the text in parentheses, and the position of the closing parenthesis. `open` is the position of the opening
 * parenthesis. Returns undefined if the closing parenthesis is missing or more than MAX_ARGUMENT characters away, or if
 * more than 20 parentheses are nested.
 */
export function argumentAt(code: string, open: number): { text: string; end: number } | undefined {
  let depth = 0;
  const token = /"(?:\\[\s\S]|[^"\\\n])*"?|[()]/g;
  token.lastIndex = open;
  for (let match = token.exec(code); match !== null; match = token.exec(code)) {
    if (match.index - open > MAX_ARGUMENT) return undefined;
    if (match[0] === '(' && ++depth > 20) return undefined;
    if (match[0] === ')' && --depth === 0) {
      return { text: code.slice(open + 1, match.index), end: match.index };
    }
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '',
  b: '',
  f: '',
  v: '',
};

function unescapeC(literal: string): string {
  let bytes = false;
  const text = literal.replace(
    /\\(?:\r?\n|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g,
    (_, hex?: string, octal?: string, other?: string) => {
      if (hex === undefined && octal === undefined)
        return other === undefined ? '' : (ESCAPES[other] ?? other);
      const code = Number.parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16) & 0xff;
      bytes ||= code > 0x7f;
      return String.fromCharCode(code);
    },
  );
  // The escapes give the bytes of UTF-8: "\xc3\xa9" is an é.
  if (!bytes || /[^\0-\xff]/.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

function withoutDeadBranches(code: string): string {
  /**
   * One entry for each #if that is still open. `dead`: the current branch is never compiled. `decided`: all later
   * branches of this #if are dead.
   */
  const stack: { dead: boolean; decided: boolean }[] = [];
  return code
    .split('\n')
    .map((line) => {
      const [, directive, condition] =
        /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b[ \t]*(\S*)/.exec(line) ?? [];
      const top = stack.at(-1);
      if (directive?.startsWith('if')) {
        const constant = directive === 'if' && /^[01]$/.test(condition ?? '');
        stack.push({ dead: constant && condition === '0', decided: constant && condition === '1' });
      } else if (directive === 'endif') {
        stack.pop();
      } else if (directive !== undefined && top !== undefined) {
        top.dead = top.decided;
      } else if (stack.some(({ dead }) => dead)) {
        return '';
      }
      return line;
    })
    .join('\n');
}

function blank(text: string): string {
  if (!text.includes('\n')) return ' '.repeat(text.length);
  return text
    .split('\n')
    .map(({ length }) => ' '.repeat(length))
    .join('\n');
}
