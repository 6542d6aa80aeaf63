import { basename, dirname, join, posix } from 'node:path';
import { leadsOut } from '../../dkms/source/leads-out.ts';
import { findPrivateKeys } from '../../dkms/source/private-key.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError } from '../../errors.ts';
import { globExpression, isGlob } from '../../system/files/glob.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { ofTree } from '../../system/text/command-places.ts';
import type { Staging } from '../debhelper/context.ts';
import { type ListLine, readList } from '../debhelper/path-lists.ts';
import { isMadeByInit } from '../written-by-init.ts';

/** The difference between debian/<package>.install and the files of the tree. */
export interface InstallCoverage {
  /** Source files that neither debian/<package>.install nor debian/not-installed names. */
  readonly missed: readonly string[];
  /** Symbolic links that lead out of the source, and that neither list names. init does not list such links. */
  readonly links: readonly SourceEntry[];
  /** Words in debian/<package>.install that match no file of the tree. Words for files in debian/ are left out. */
  readonly gone: readonly { readonly word: string; readonly line: number }[];
}

/**
 * The name of the list in debian/ with files that are left out on purpose. A directory in this list stands for all its
 * contents (dh_missing(1)).
 */
const NOT_INSTALLED = 'not-installed';

/**
 * If init made debian/<package>.install, compares this list with the source `entries` of the tree. Otherwise returns
 * undefined, because the author of another list may leave out files on purpose.
 */
async function installCoverage(
  debian: string,
  list: string | undefined,
  variables: ReadonlyMap<string, string>,
  entries: readonly SourceEntry[],
): Promise<InstallCoverage | undefined> {
  if (list === undefined || !(await isMadeByInit(debian, basename(list)))) return undefined;
  return compareList(await readList(list, variables), await leftOutOnPurpose(debian), entries);
}

/** Returns the paths and patterns in debian/not-installed, one from each line. Returns [] if it cannot be read. */
export async function leftOutOnPurpose(debian: string): Promise<string[]> {
  const text = await readTreeText(join(debian, NOT_INSTALLED)).catch(() => '');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^debian\/tmp\//, ''));
}

/**
 * Compares debian/<package>.install with the files of a tree: returns the files that neither this list nor
 * `notInstalled` names, and the words of the list that match no file. `notInstalled` are the paths and patterns of
 * debian/not-installed.
 */
export function compareList(
  lines: readonly ListLine[],
  notInstalled: readonly string[],
  entries: readonly SourceEntry[],
): InstallCoverage {
  const own = entries.filter(({ path }) => !path.startsWith('debian/'));
  const words = lines.flatMap(({ words, where }) => {
    const sources = words.length > 1 ? words.slice(0, -1) : words;
    return sources.map((word) => ({ word: plain(word), line: where.line }));
  });
  const ofTree = words.filter(({ word }) => !word.startsWith('debian/'));
  const index = new Index(own);
  const named = new Set<string>();
  const gone = ofTree.filter(({ word }) => index.mark(word, named) === 0);
  for (const word of notInstalled) index.mark(plain(word), named);
  const root = rootOf(lines);
  const isMissed = ({ path, type }: SourceEntry) =>
    type !== 'directory' &&
    (root === '' || path.startsWith(`${root}/`)) &&
    path !== posix.join(root, 'dkms.conf') &&
    !isCovered(path, named);
  const notNamed = own.filter(isMissed);
  const isLinkOut = ({ path, target }: SourceEntry) =>
    leadsOut({ path: posix.relative(root, path), ...(target === undefined ? {} : { target }) });
  const missed = notNamed.filter((entry) => !isLinkOut(entry)).map(({ path }) => path);
  return { missed, links: notNamed.filter(isLinkOut), gone };
}

/**
 * If init made debian/<package>.install: throws InputError `not-packed` if a source file that is not a private key is
 * neither in this list nor in debian/not-installed. Symbolic links that lead out of the source are no error: those that
 * neither list names are returned. If somebody else made the list, nothing is checked, and [] is returned.
 */
export async function refuseMissedSource({
  packaging,
  sourceDirectory,
  entries,
  variables,
}: Pick<Staging, 'packaging' | 'sourceDirectory' | 'entries' | 'variables'>): Promise<
  readonly SourceEntry[]
> {
  const list = packaging.file('install');
  const coverage = await installCoverage(packaging.directory, list, variables, entries);
  if (list === undefined || coverage === undefined) return [];
  const keys = new Set(findPrivateKeys(sourceDirectory, coverage.missed));
  refuseMissed(
    list,
    coverage.missed.filter((path) => !keys.has(path)),
  );
  return coverage.links;
}

function refuseMissed(list: string, missed: readonly string[]): void {
  if (missed.length === 0) return;
  const names = missed.slice(0, 20);
  throw new InputError('not-packed', `${basename(list)} lacks source files`, {
    where: { file: list },
    output: missed.length > 20 ? [...names, `… and ${missed.length - 20} more`] : names,
    hint: `Add the files to the list, by hand or with: dkms-deb init${ofTree(dirname(dirname(list)))}; to leave them out, name them in debian/not-installed.`,
  });
}

/** Finds the paths of the source tree that one word of debian/<package>.install or debian/not-installed matches. */
class Index {
  readonly #paths: ReadonlySet<string>;
  /** The paths of the tree by their directory. So a pattern such as src/*.c is only compared with the paths in src. */
  readonly #children = new Map<string, string[]>();
  constructor(entries: readonly SourceEntry[]) {
    this.#paths = new Set(entries.map(({ path }) => path));
    for (const path of this.#paths) {
      const folder = posix.dirname(path);
      const siblings = this.#children.get(folder);
      if (siblings === undefined) this.#children.set(folder, [path]);
      else siblings.push(path);
    }
  }

  /** Finds the paths that match a word of the list, and adds them to `named`. Returns the number of these paths. */
  mark(word: string, named: Set<string>): number {
    if (this.#paths.has(word)) {
      named.add(word);
      return 1;
    }
    if (!isGlob(word)) return 0;
    const expression = globExpression(word);
    let matched = 0;
    const folder = posix.dirname(word);
    const paths = isGlob(folder) ? this.#paths : (this.#children.get(folder) ?? []);
    for (const path of paths) {
      if (!expression.test(path)) continue;
      named.add(path);
      matched++;
    }
    return matched;
  }
}

/** Whether a list names a path, or a directory above it. */
function isCovered(path: string, named: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (named.has(path.slice(0, end))) return true;
  }
  return false;
}

/**
 * Returns the directory of the tree whose contents go to usr/src/NAME-VERSION. Returns '' if this directory is the top
 * of the tree, or if the files come from several directories.
 */
function rootOf(lines: readonly ListLine[]): string {
  const roots = new Set(
    lines
      .filter(({ words }) => /^\/?usr\/src\/[^/]+\/?$/.test(words.at(-1) ?? ''))
      .flatMap(({ words }) => words.slice(0, -1).map((word) => posix.dirname(plain(word)))),
  );
  const [only = '.', ...others] = roots;
  return others.length > 0 || only === '.' ? '' : only;
}

function plain(word: string): string {
  return posix.normalize(word).replace(/\/$/, '');
}
