import { isPlaceholder, standsForName, standsForVersion } from '../../dkms/conf/placeholder.ts';

/**
 * Directives that show what a placeholder stands for. If a placeholder is the whole value of one of these directives,
 * the name of the placeholder does not matter.
 */
export type FilledDirective = 'PACKAGE_VERSION' | 'PACKAGE_NAME' | 'DEST_MODULE_LOCATION';

/** A text that a project's install script replaces by a value. `@VERSION@` has the name VERSION. */
export interface Placeholder {
  /** The text of the placeholder, as it is in the file. */
  readonly text: string;
  readonly name: string;
  /** The number of the first line that has the placeholder, from 1. */
  readonly line: number;
  /**
   * The directive whose whole value is the placeholder or, with `partOf`, consists of several placeholders. Unset if no
   * directive has such a value.
   */
  readonly fills?: FilledDirective;
  /** The whole value of the directive, if it consists of several placeholders and this is one of them. */
  readonly partOf?: string;
}

/**
 * Matches placeholders with marks, in all their forms. `{VER}` is a placeholder only where the shell does not expand
 * it: the shell expands `${VER}` and `{a,b}`.
 */
const MARKED =
  /@([A-Za-z_]\w*)@|#([A-Za-z_]\w*)#|%([A-Za-z_]\w*)%|%\{([A-Za-z_]\w*)\}|[$%]?\{\{\s*([A-Za-z_][\w.]*)\s*\}\}|\b__([A-Z]\w*?)__\b|(?<![\w$}{%])\{([A-Z]\w*)\}/g;
const FILLED =
  /^\s*(?:export\s+)?(PACKAGE_VERSION|PACKAGE_NAME|DEST_MODULE_LOCATION)(?:\[0\])?=(?:"([^"]*)"|'([^']*)'|(\S+))\s*(?:\s#.*|;.*)?$/;

/**
 * Returns the placeholders of a dkms.conf, each once. Comments are ignored. After a value, only a `#` before a blank
 * begins a comment, because `#VERSION#` is a placeholder.
 */
export function findPlaceholders(text: string): Placeholder[] {
  const found = new Map<string, Placeholder>();
  const add = (placeholder: Placeholder) => {
    const before = found.get(placeholder.text);
    found.set(placeholder.text, { ...placeholder, ...before });
  };
  for (const [index, raw] of text.split('\n').entries()) {
    // A `#VERSION#` at the beginning of a line is a placeholder, not a comment.
    if (/^\s*#(?![A-Za-z_]\w*#)/.test(raw)) continue;
    const at = index + 1;
    const line = raw.replace(/\s#\s.*$/, '').replace(/\r$/, '');
    const [, directive, double, single, bare] = FILLED.exec(line) ?? [];
    const value = (double ?? single ?? bare ?? '').trim();
    const fills = directive as FilledDirective | undefined;
    const marked = [...line.matchAll(MARKED)];
    // An indented line may be in a branch of an `if`, and so may not be the only value: `else PACKAGE_VERSION=unknown`.
    const certain = /^\S/.test(line) || isPlaceholder(value);
    const whole = fills !== undefined && certain && standsFor(fills, value);
    const several = fills !== undefined && marked.length > 1 && onlyMarks(value);
    if (whole && !several) {
      add({ text: value, name: nameIn(value, fills), line: at, fills });
      continue;
    }
    for (const match of marked) {
      const name = match.slice(1).find((group) => group !== undefined) ?? '';
      add({ text: match[0], name, line: at, ...(several ? { fills, partOf: value } : {}) });
    }
  }
  return [...found.values()];
}

function standsFor(directive: FilledDirective, value: string): boolean {
  if (directive === 'PACKAGE_VERSION') return standsForVersion(value);
  if (directive === 'PACKAGE_NAME') return standsForName(value);
  return !value.startsWith('/') && !value.includes('$') && isPlaceholder(value);
}

/** Whether a value consists only of placeholders and separators, as `@VERS@.@COUNT@` does. */
function onlyMarks(value: string): boolean {
  return /^[\s.+~_-]*$/.test(value.replace(MARKED, ''));
}

/**
 * Returns the name that the user gives to `--set` for a placeholder: the word in the placeholder if it has only one,
 * otherwise the name of the directive.
 */
function nameIn(value: string, directive: FilledDirective): string {
  const word = /^\W*(?:__)?([A-Za-z]\w*?)(?:__)?\W*$/.exec(value)?.[1];
  return word ?? directive;
}

/** Returns the text with placeholders replaced by their values. A key of `values` is the text of a placeholder. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [placeholder, value] of values) {
    filled = isMark(placeholder)
      ? filled.replaceAll(placeholder, () => value)
      : filled
          .split('\n')
          .map((line) => fillDirective(line, placeholder, value))
          .join('\n');
  }
  return filled;
}

/**
 * Whether a text consists only of placeholders with marks (MARKED) and of separators, such as `@VERSION@` or
 * `@VERS@.@COUNT@`. Only such a text is replaced everywhere in the file. A word without marks may also have another
 * meaning there.
 */
function isMark(placeholder: string): boolean {
  return new RegExp(`^(?:(?:${MARKED.source})[\\s.+~_-]*)+$`).test(placeholder);
}

function fillDirective(line: string, placeholder: string, value: string): string {
  const [, directive, double, single, bare] = FILLED.exec(line.replace(/\r$/, '')) ?? [];
  if (directive === undefined || (double ?? single ?? bare ?? '').trim() !== placeholder) {
    return line;
  }
  const at = line.indexOf(placeholder, line.indexOf('='));
  return line.slice(0, at) + value + line.slice(at + placeholder.length);
}

/**
 * Whether a placeholder stands for the version of the driver. Its directive decides, or its name if it has no
 * directive.
 */
export function asksForVersion({ name, fills }: Pick<Placeholder, 'name' | 'fills'>): boolean {
  if (fills !== undefined) return fills === 'PACKAGE_VERSION';
  return /(?:^|_)(?:VERSION|VERS|VER|PKGVER|MODVER|DKMSMODVER|REVISION)$|^(?:PKG|MOD|DKMSMOD|CONFIG)?VER(?:SION)?$/i.test(
    name,
  );
}

/**
 * Whether a placeholder stands for the name of the driver. Its directive decides, or its name if it has no directive.
 */
export function asksForName({ name, fills }: Pick<Placeholder, 'name' | 'fills'>): boolean {
  if (fills !== undefined) return fills === 'PACKAGE_NAME';
  return /^_?(?:PACKAGE_NAME|PKG_?NAME|PKG_?BASE|PACKAGE_TARNAME|PACKAGE|MODULE_NAME|MOD_?NAME|MODULE|MOD|NAME|DKMS_?NAME|DRIVER_?NAME|DRIVER|BUILT_MODULE_NAME|PROJECT_?NAME|CMAKE_PROJECT_NAME)$/i.test(
    name,
  );
}
