import { join, posix } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { ANY_MAKEFILE, MAKEFILE } from './makefile-name.ts';
import { isBuildResult } from './source-names.ts';

/** The words of a tree's makefiles and dkms.conf that may name files. */
export interface NamedFiles {
  /** All words that may be paths of files, relative to the tree. */
  readonly words: ReadonlySet<string>;
  /** The targets of rules. */
  readonly targets: ReadonlySet<string>;
  /** File names without a directory, because the directory is not known: PATCH of dkms.conf names such files. */
  readonly names: ReadonlySet<string>;
}

/**
 * Reads the words of makefiles and dkms.conf. Nothing is evaluated, so the words inside of all conditions are included,
 * whatever the kernel is. `paths` are relative to `root`.
 */
export async function readNamedFiles(root: string, paths: readonly string[]): Promise<NamedFiles> {
  const words = new Set<string>();
  const targets = new Set<string>();
  const names = new Set<string>();
  for (const path of paths) {
    const text = await readTreeText(join(root, path), 'latin1').catch(() => '');
    const folder = posix.dirname(path);
    for (const line of usefulLines(text)) {
      const [, left] = /^([^\s:=#][^:=]*)::?(?!=)/.exec(line) ?? [];
      for (const word of wordsOf(left ?? '')) targets.add(posix.join(folder, word));
      for (const word of wordsOf(line.slice(left?.length ?? 0))) {
        words.add(posix.join(folder, word));
        if (path.endsWith('dkms.conf')) names.add(posix.basename(word));
      }
    }
  }
  return { words, targets, names };
}

/**
 * Returns the logical lines of a makefile that may name source files. Leaves out comments, the lines that remove files,
 * and the names of files that a line writes.
 */
function usefulLines(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map(withoutComment)
    .filter((line) => !/\brm\s|^\s*clean-files\b/.test(line))
    .map((line) => line.replaceAll(/>+\s*\S+|\s-o\s+\S+/g, ' '));
}

function withoutComment(line: string): string {
  // Not /#.*$/, which does not match before a carriage return, and then takes quadratic time.
  const at = line.search(/(?:^|\s)#/);
  return at < 0 ? line : line.slice(0, at);
}

/** Returns the words of a line. `$(src)/fw/x.bin` gives src and fw/x.bin. */
function wordsOf(text: string): string[] {
  return text
    .split(/[\s=:;,"'`|&<>(){}$\\]+/)
    .map((word) => word.replace(/^(?:\.?\/)+/, '').replace(/^-I/, ''))
    .filter((word) => word !== '' && word !== '.');
}

/**
 * Whether the words name a file: by its own name, as the source of a named object, or as the makefile of a named
 * folder. Returns false for the target of a rule, and for an object that kbuild makes itself. `exists` says whether the
 * tree has a file.
 */
export function isNamed(
  path: string,
  named: NamedFiles,
  exists: (path: string) => boolean,
): boolean {
  if (named.targets.has(path)) return false;
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  if (MAKEFILE.test(name)) {
    return named.words.has(folder) || named.words.has(`${folder}/`) || named.words.has(path);
  }
  const object = /^(.*)\.o$/.exec(path)?.[1];
  if (object !== undefined) {
    // kbuild makes an object from a source file of the same name, or from other objects.
    const made =
      exists(posix.join(folder, `.${name}.cmd`)) ||
      ['.c', '.S', '.s', '.rs', '.o_shipped'].some((suffix) => exists(object + suffix));
    const composite = ['-objs', '-y', '-m', '-'].some(
      (suffix) => named.words.has(object + suffix) || named.targets.has(object + suffix),
    );
    return !made && !composite && named.words.has(path);
  }
  if (named.words.has(path) || named.names.has(name)) return true;
  if (path.endsWith('_shipped')) return isSpokenOf(path.slice(0, -'_shipped'.length), named);
  const stem = /^(.*)\.(?:c|S|rs)$/.exec(path)?.[1];
  return stem !== undefined && named.words.has(`${stem}.o`);
}

function isSpokenOf(path: string, { words }: NamedFiles): boolean {
  return words.has(path) || words.has(path.replace(/\.\w+$/, '.o'));
}

/**
 * Returns the names in the `#include "…"` lines of C files: each as a path relative to the tree, and without its
 * folder.
 */
export async function readIncludes(root: string, paths: readonly string[]): Promise<Set<string>> {
  const included = new Set<string>();
  for (const path of paths) {
    const text = await readTreeText(join(root, path), 'latin1').catch(() => '');
    for (const [, name = ''] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]{1,200})"/gm)) {
      included.add(posix.join(posix.dirname(path), name));
      included.add(posix.basename(name));
    }
  }
  return included;
}

/**
 * The most rounds in which makefiles are read: each round reads the makefiles that the round before has found.
 * Makefiles that the last round finds are not read.
 */
const MOST_ROUNDS = 10;

/**
 * Of the `doubtful` files, returns those that a makefile or dkms.conf names. Of the `unknown` files, which git neither
 * tracks nor ignores, also returns those that a C file includes. For a file that git ignores, an #include is not
 * enough, because most of these files are generated, above all headers. Never returns a result of a build
 * (isBuildResult).
 */
export async function findNamed(
  root: string,
  tree: {
    readonly source: ReadonlySet<string>;
    readonly doubtful: readonly string[];
    readonly unknown: readonly string[];
  },
): Promise<string[]> {
  const open = new Set(
    [...tree.doubtful, ...tree.unknown].filter((path) => !isBuildResult(posix.basename(path))),
  );
  if (open.size === 0) return [];
  const everything = new Set([...tree.source, ...tree.doubtful, ...tree.unknown]);
  const exists = (path: string) => everything.has(path);
  const found: string[] = [];
  const unknown = new Set(tree.unknown);
  let news = [...tree.source, ...(open.has('dkms.conf') ? ['dkms.conf'] : [])];
  const words = new Set<string>();
  const targets = new Set<string>();
  const names = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS && news.length > 0; round++) {
    const makefiles = news.filter(
      (path) => ANY_MAKEFILE.test(path) || posix.basename(path) === 'dkms.conf',
    );
    const read = await readNamedFiles(root, makefiles);
    for (const word of read.words) words.add(word);
    for (const word of read.targets) targets.add(word);
    for (const word of read.names) names.add(word);
    const asks = [...open].some((path) => unknown.has(path) && INCLUDED.test(path));
    const included = asks
      ? await readIncludes(
          root,
          news.filter((path) => INCLUDED.test(path)),
        )
      : new Set();
    news = [...open].filter(
      (path) =>
        isNamed(path, { words, targets, names }, exists) ||
        (unknown.has(path) && (included.has(path) || included.has(posix.basename(path)))),
    );
    for (const path of news) open.delete(path);
    found.push(...news);
  }
  return found.sort();
}

const INCLUDED = /\.(?:c|h|S|inc|hpp|cc)$/;
