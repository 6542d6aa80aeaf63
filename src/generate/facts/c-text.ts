/** C as far as facts need it: without comments and dead parts, string literals, string macros. */
import type { SourceFile } from './sources.ts';

const LIVE = new WeakMap<SourceFile, string>();

/** liveText of a file, made once. */
export function liveTextOf(file: SourceFile): string {
  const text = LIVE.get(file) ?? liveText(file.text);
  LIVE.set(file, text);
  return text;
}

/** Blanks comments and what `#if 0` turns off; offsets and line numbers stay as they were. */
export function liveText(text: string): string {
  const code = text.replace(
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\.|[^'\\\n]){1,4}'/g,
    (token) => (token.startsWith('/') ? blank(token) : token),
  );
  return /^[ \t]*#[ \t]*if[ \t]+[01]\b/m.test(code) ? withoutDeadBranches(code) : code;
}

/**
 * The value of a macro's argument: adjacent string literals and names of string macros, joined.
 * Undefined where anything else stands there (`__stringify(X)`, a number): it is not ours to guess.
 */
export function stringValue(
  expression: string,
  macro: (name: string) => string | undefined,
): string | undefined {
  let value = '';
  const token = /\s*(?:"((?:\\[\s\S]|[^"\\\n])*)"|([A-Za-z_]\w*)|(\S))/gy;
  for (let match = token.exec(expression); match !== null; match = token.exec(expression)) {
    const [, literal, name] = match;
    const part =
      literal !== undefined ? unescapeC(literal) : name === undefined ? undefined : macro(name);
    if (part === undefined) return undefined;
    value += part;
  }
  return value;
}

/** At most so long is an argument; unclosed ones cost no more. */
const MAX_ARGUMENT = 4000;

/** The text between the parenthesis at `open` and its partner, and where that is. */
export function argumentAt(code: string, open: number): { text: string; end: number } | undefined {
  let depth = 0;
  const token = /"(?:\\[\s\S]|[^"\\\n])*"?|[()]/g;
  token.lastIndex = open;
  for (let match = token.exec(code); match !== null; match = token.exec(code)) {
    if (match[0] === '(' && ++depth > 20) return undefined;
    if (match[0] === ')' && --depth === 0) {
      return { text: code.slice(open + 1, match.index), end: match.index };
    }
    if (match.index - open > MAX_ARGUMENT) return undefined;
  }
  return undefined;
}

/**
 * Answers what string `#define NAME` gives, seen from one file: its own definition, else the one
 * value that all definitions of the tree agree on. Undefined where they differ or there is none.
 */
export function stringMacros(
  files: readonly SourceFile[],
): (name: string, seenFrom: string) => string | undefined {
  const definitions = new Map<string, Map<string, string[]>>();
  const look = (name: string) => {
    const known = definitions.get(name);
    if (known !== undefined) return known;
    const found = new Map<string, string[]>();
    definitions.set(name, found);
    const definition = new RegExp(
      `^[ \\t]*#[ \\t]*define[ \\t]+${name}[ \\t]+((?:\\\\\\r?\\n|[^\\n])+)`,
      'gm',
    );
    for (const file of files) {
      if (file.kind !== 'c' || !file.text.includes(name)) continue;
      const bodies = [...liveTextOf(file).matchAll(definition)].map(([, body = '']) =>
        body.replace(/\\\r?\n/g, ' ').trim(),
      );
      if (bodies.length > 0) found.set(file.path, bodies);
    }
    return found;
  };
  const resolve = (name: string, seenFrom: string, depth: number): string | undefined => {
    if (depth > 5) return undefined;
    const found = look(name);
    const own = found.get(seenFrom);
    const places = own !== undefined ? [[seenFrom, own] as const] : [...found];
    const values = new Set(
      places.flatMap(([path, bodies]) =>
        bodies.map((body) =>
          stringValue(body.replace(/^\((.*)\)$/s, '$1'), (inner) =>
            resolve(inner, path, depth + 1),
          ),
        ),
      ),
    );
    return values.size === 1 ? [...values][0] : undefined;
  };
  return (name, seenFrom) => resolve(name, seenFrom, 0);
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
  // "\xc3\xa9" is an é, written in bytes.
  if (!bytes || /[^\0-\xff]/.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

function withoutDeadBranches(code: string): string {
  /** One entry an open #if: is this branch dead, and could a later branch live? */
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
