import { posix } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError, type Place } from '../../errors.ts';
import { globExpression, isGlob } from '../../system/files/glob.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { lookUp } from '../../system/text/look-up.ts';

/** A line of a list such as debian/<package>.install, split at blanks. */
export interface ListLine {
  readonly words: readonly string[];
  readonly where: Place & { readonly line: number };
}

/**
 * Reads a list as debhelper does at compatibility level 13: lines that begin with `#` are comments, and variables such
 * as `${Space}` are substituted (debhelper(7), "Substitutions in debhelper config files"). Lines that `accept` rejects
 * are left out. Throws the errors of parseList.
 */
export async function readList(
  file: string,
  variables: ReadonlyMap<string, string>,
  accept?: (line: string) => boolean,
): Promise<ListLine[]> {
  return parseList(await readTreeText(file), file, variables, accept);
}

/**
 * The most lines that a list may have, apart from comments and empty lines. A longer list is an error, because each
 * line may install the whole tree once more. No person writes so many lines.
 */
const MOST_LINES = 10_000;

/**
 * Parses the text of a list; `file` is for messages. Throws InputError `list-too-long`, and `list-substitution` for a
 * substitution that is unknown or whose variable is not set.
 */
export function parseList(
  text: string,
  file: string,
  variables: ReadonlyMap<string, string> = new Map(),
  accept: (line: string) => boolean = () => true,
): ListLine[] {
  const lines: ListLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const where = { file, line: index + 1 };
    if (/^\s*(#|$)/.test(raw) || !accept(raw)) continue;
    if (lines.length === MOST_LINES) throw tooLong(where);
    lines.push({
      words: raw
        .trim()
        .split(/\s+/)
        .map((word) => expand(word, where, variables)),
      where,
    });
  }
  return lines;
}

function tooLong(where: Place): InputError {
  return new InputError('list-too-long', `the list has more than ${MOST_LINES} lines`, {
    where,
    hint: 'Install directories, or use patterns.',
  });
}

const SUBSTITUTIONS: Readonly<Record<string, string>> = {
  Space: ' ',
  Dollar: '$',
  Newline: '\n',
  Tab: '\t',
};

function expand(word: string, where: Place, variables: ReadonlyMap<string, string>): string {
  return word.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const variable = /^env:(.*)$/s.exec(name)?.[1];
    const value =
      variable === undefined
        ? lookUp(SUBSTITUTIONS, name)
        : (variables.get(variable) ?? process.env[variable]);
    if (value !== undefined) return value;
    if (variable !== undefined) {
      throw new InputError('list-substitution', `nothing sets the variable of ${whole}`, {
        where,
        hint: `Export the variable ${variable} in debian/rules, or write its value into the list.`,
      });
    }
    throw new InputError('list-substitution', `debhelper does not know the substitution ${whole}`, {
      where,
      hint: 'Use one of the substitutions Space, Dollar, Tab, Newline and env:NAME (debhelper(7), "Substitutions in debhelper config files").',
    });
  });
}

/**
 * Returns the entries that a path or pattern matches. Throws InputError `list-missing` if no entry matches, and the
 * errors of globExpression.
 */
export function matchEntries(
  entries: readonly SourceEntry[],
  pattern: string,
  where: Place,
): SourceEntry[] {
  const plain = posix.normalize(pattern).replace(/\/$/, '');
  const { byPath, children } = indexOf(entries);
  const exact = byPath.get(plain);
  if (exact !== undefined) return [exact];
  if (isGlob(plain)) {
    const expression = globExpression(plain);
    const folder = posix.dirname(plain);
    const siblings = isGlob(folder) ? entries : (children.get(folder) ?? []);
    const matched = siblings.filter((entry) => expression.test(entry.path));
    if (matched.length > 0) return matched;
  }
  throw new InputError('list-missing', `"${pattern}" matches no file of the source tree`, {
    where,
    hint: 'Correct or remove the line.',
  });
}

/** Returns the entries below a directory of the source tree. */
export function entriesBelow(entries: readonly SourceEntry[], directory: string): SourceEntry[] {
  const { children } = indexOf(entries);
  const below: SourceEntry[] = [];
  const waiting = [...(children.get(directory) ?? [])].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    below.push(next);
    if (next.type === 'directory') waiting.push(...(children.get(next.path) ?? []).toReversed());
  }
  return below;
}

/** The entries of a tree by path and by directory. */
interface EntryIndex {
  readonly byPath: ReadonlyMap<string, SourceEntry>;
  /** The entries by their directory. The top directory is `.`. */
  readonly children: ReadonlyMap<string, SourceEntry[]>;
}

const known = new WeakMap<readonly SourceEntry[], EntryIndex>();

/**
 * Returns the entries of a tree by path and by directory. The maps are made once for each tree, so that the lines of a
 * long list are not compared with all entries.
 */
function indexOf(entries: readonly SourceEntry[]): EntryIndex {
  const found = known.get(entries);
  if (found !== undefined) return found;
  const children = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    const folder = posix.dirname(entry.path);
    const siblings = children.get(folder);
    if (siblings === undefined) children.set(folder, [entry]);
    else siblings.push(entry);
  }
  const index = { byPath: new Map(entries.map((entry) => [entry.path, entry])), children };
  known.set(entries, index);
  return index;
}

/**
 * Returns a path from a list, relative to the package's root. Throws InputError `list-path` for the root itself, and
 * for a path that leads out of the package.
 */
export function packagePath(path: string, where: Place): string {
  const normal = posix.normalize(path).replace(/^\/+|\/+$/g, '');
  if (normal !== '' && normal !== '.' && normal !== '..' && !normal.startsWith('../'))
    return normal;
  throw new InputError('list-path', `"${path}" is not a path in a package`, {
    where,
    hint: 'Write a path below /, such as usr/src/hello-1.0.',
  });
}
