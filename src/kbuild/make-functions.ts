import { isEmpty, isKnown, UNKNOWN, UNSURE, unsure, wordsOf } from './markers.ts';

/** What a function of make needs for its evaluation. */
export interface FunctionScope {
  expand(text: string): string;
  /** Expands a text with additional variables, such as `$(1)` or the variable of foreach. */
  expandWith(text: string, values: ReadonlyMap<string, string>): string;
  /** Returns the unexpanded text of a variable. Returns undefined if no makefile sets the variable. */
  valueOf(name: string): string | undefined;
  /**
   * Returns the files of the source tree that match a pattern. Returns undefined if they are unknown, or if the pattern
   * is outside of the tree.
   */
  wildcard(pattern: string): readonly string[] | undefined;
  /** Records the command of `$(shell …)`, which is not run. */
  ran(command: string): void;
}

type MakeFunction = (scope: FunctionScope, ...args: string[]) => string;

const each = (text: string, change: (word: string) => string) =>
  wordsOf(text).map(change).join(' ');

/** Changes a word. If it ends with the mark UNSURE, the changed word ends with this mark, too. */
const inside = (word: string, change: (plain: string) => string) =>
  word.endsWith(UNSURE) ? unsure(change(word.slice(0, -1))) : change(word);

/**
 * Functions of GNU make ("Functions for Transforming Text") that get their arguments expanded. Here they also accept
 * text that is partly unknown.
 */
export const MAKE_FUNCTIONS: Readonly<Record<string, MakeFunction>> = {
  subst: (_, from = '', to = '', text = '') => (from === '' ? text : text.replaceAll(from, to)),
  patsubst: (_, from = '', to = '', text = '') => patsubst(from.trim(), to.trim(), text),
  strip: (_, text = '') => wordsOf(text).join(' '),
  findstring: (_, part = '', text = '') => {
    if (text.includes(part) && isKnown(part)) return part;
    return isKnown(part + text) ? '' : UNKNOWN;
  },
  filter: (_, patterns = '', text = '') => filter(patterns, text, true),
  'filter-out': (_, patterns = '', text = '') => filter(patterns, text, false),
  sort: (_, text = '') => [...new Set(wordsOf(text))].sort().join(' '),
  word: (_, n = '', text = '') => wordsOf(text)[Number(n) - 1] ?? '',
  wordlist: (_, from = '', to = '', text = '') =>
    wordsOf(text)
      .slice(Number(from) - 1, Number(to))
      .join(' '),
  words: (_, text = '') => (isKnown(text) ? String(wordsOf(text).length) : UNKNOWN),
  firstword: (_, text = '') => wordsOf(text)[0] ?? '',
  lastword: (_, text = '') => wordsOf(text).at(-1) ?? '',
  dir: (_, text = '') => each(text, (w) => inside(w, (p) => /^.*\//.exec(p)?.[0] ?? './')),
  notdir: (_, text = '') => each(text, (word) => word.replace(/^.*\//, '')),
  suffix: (_, text = '') => each(text, (w) => inside(w, (p) => /\.[^./]*$/.exec(p)?.[0] ?? '')),
  basename: (_, text = '') => each(text, (w) => inside(w, (p) => p.replace(/\.[^./]*$/, ''))),
  addsuffix: (_, suffix = '', text = '') => each(text, (w) => inside(w, (p) => p + suffix)),
  addprefix: (_, prefix = '', text = '') => each(text, (word) => prefix + word),
  join: (_, a = '', b = '') => {
    const [left, right] = [wordsOf(a), wordsOf(b)];
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_w, i) => (left[i] ?? '') + (right[i] ?? '')).join(' ');
  },
  wildcard: (scope, patterns = '') =>
    wordsOf(patterns)
      .map((pattern) => scope.wildcard(pattern)?.join(' ') ?? UNKNOWN)
      .join(' '),
  realpath: (_, text = '') => text,
  abspath: (_, text = '') => text,
  shell: (scope, command = '') => {
    scope.ran(command);
    return UNKNOWN;
  },
  call: (scope, name = '', ...args) => {
    const text = scope.valueOf(name.trim());
    if (text === undefined) return UNKNOWN;
    return scope.expandWith(text, new Map(args.map((arg, i) => [String(i + 1), arg])));
  },
  // The definitions in $(eval …) are ignored.
  eval: () => '',
  value: (scope, name = '') => scope.valueOf(name.trim()) ?? '',
  origin: () => UNKNOWN,
  flavor: () => UNKNOWN,
  error: () => '',
  warning: () => '',
  info: () => '',
};

/** Functions of GNU make that get their arguments unexpanded, and expand an argument only when they need it. */
export const LAZY_FUNCTIONS: Readonly<Record<string, MakeFunction>> = {
  if: (scope, condition = '', yes = '', no = '') => {
    const empty = isEmpty(scope.expand(condition.trim()));
    if (empty !== undefined) return scope.expand(empty ? no : yes);
    return `${unsure(scope.expand(yes))} ${unsure(scope.expand(no))}`.trim();
  },
  or: (scope, ...args) => {
    for (const arg of args) {
      const text = scope.expand(arg.trim());
      const empty = isEmpty(text);
      if (empty === false) return text;
      if (empty === undefined) return UNKNOWN;
    }
    return '';
  },
  and: (scope, ...args) => {
    let text = '';
    for (const arg of args) {
      text = scope.expand(arg.trim());
      const empty = isEmpty(text);
      if (empty === true) return '';
      if (empty === undefined) return UNKNOWN;
    }
    return text;
  },
  foreach: (scope, name = '', list = '', text = '') => {
    const variable = scope.expand(name).trim();
    return wordsOf(scope.expand(list))
      .slice(0, 2000)
      .map((word) => inside(word, (plain) => scope.expandWith(text, new Map([[variable, plain]]))))
      .join(' ');
  },
};

/** Replaces the pattern `from` by `to` in every word, such as `%.c` by `%.o`. */
export function patsubst(from: string, to: string, text: string): string {
  const at = from.indexOf('%');
  const [before, after] = at === -1 ? [from, ''] : [from.slice(0, at), from.slice(at + 1)];
  return each(text, (word) =>
    inside(word, (plain) => {
      if (at === -1) return plain === from ? to : plain;
      if (!fits(from, plain)) return plain;
      return to.replace('%', () => plain.slice(before.length, plain.length - after.length));
    }),
  );
}

function filter(patterns: string, text: string, keep: boolean): string {
  const list = wordsOf(patterns);
  const known = list.filter(isKnown);
  return wordsOf(text)
    .flatMap((word) => {
      if (isKnown(word) && known.some((one) => fits(one, word))) return keep ? [word] : [];
      if (isKnown(word) && known.length === list.length) return keep ? [] : [word];
      return [unsure(word)];
    })
    .join(' ');
}

/** Whether a word matches a pattern of make, in which `%` matches any text. */
export function fits(pattern: string, word: string): boolean {
  const at = pattern.indexOf('%');
  if (at === -1) return pattern === word;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const long = word.length >= before.length + after.length;
  return long && word.startsWith(before) && word.endsWith(after);
}
