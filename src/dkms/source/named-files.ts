import { join, posix } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { isBuildResult } from './source-names.ts';

/** What of a tree its makefiles and dkms.conf speak of. */
export interface NamedFiles {
  /** Words that may be paths, relative to the tree. */
  readonly words: ReadonlySet<string>;
  /** What a rule makes. */
  readonly targets: ReadonlySet<string>;
  /** Last parts of words that are no paths by themselves, such as what dkms.conf has for PATCH. */
  readonly names: ReadonlySet<string>;
}

export const MAKEFILE =
  /^(?:GNUmakefile|[Mm]akefile|Kbuild)(?:\.[\w.-]+)?$|\.(?:mk|mak)$|^dkms\.conf$/;

/** A makefile is not larger. */
const MOST_BYTES = 512 * 1024;

/**
 * Reads the words of makefiles and dkms.conf, which are paths of the tree: read, not run, so that it says
 * which files are spoken of for any kernel. `paths` relative to `root`.
 */
export async function readNamedFiles(root: string, paths: readonly string[]): Promise<NamedFiles> {
  const words = new Set<string>();
  const targets = new Set<string>();
  const names = new Set<string>();
  for (const path of paths) {
    const text = await readTreeText(join(root, path), 'latin1').catch(() => '');
    const folder = posix.dirname(path);
    for (const line of usefulLines(text.slice(0, MOST_BYTES))) {
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

/** Lines that are joined; without comments, what is removed, and what is written to. */
function usefulLines(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, ''))
    .filter((line) => !/\brm\s|^\s*clean-files\b/.test(line))
    .map((line) => line.replaceAll(/>+\s*\S+|\s-o\s+\S+/g, ' '));
}

/** `$(src)/fw/x.bin` is fw/x.bin; variables by themselves are no words. */
function wordsOf(text: string): string[] {
  return text
    .split(/[\s=:;,"'`|&<>(){}$\\]+/)
    .map((word) => word.replace(/^(?:\.?\/)+/, '').replace(/^-I/, ''))
    .filter((word) => word !== '' && word !== '.');
}

/**
 * Whether a file is spoken of: by its own name, as what kbuild makes an object of, or as a folder's makefile.
 * What a rule of the makefile makes is no source. `exists`: whether the tree has another file.
 */
export function isNamed(
  path: string,
  named: NamedFiles,
  exists: (path: string) => boolean,
): boolean {
  if (named.targets.has(path)) return false;
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  if (/^(?:[Mm]akefile|Kbuild)$/.test(name)) {
    return named.words.has(folder) || named.words.has(`${folder}/`) || named.words.has(path);
  }
  const object = /^(.*)\.o$/.exec(path)?.[1];
  if (object !== undefined) {
    // kbuild makes it: of a source, or of other objects.
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

/** Names in `#include "…"` of C files. */
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

/** So many makefiles may name one another before we stop looking. */
const MOST_ROUNDS = 10;

/**
 * Of the files that are in doubt those that a makefile or dkms.conf names; of those that git does not know also
 * what a C file includes. What git ignores is mostly made by the build, headers above all, so that an
 * #include says nothing there.
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
    const makefiles = news.filter((path) => MAKEFILE.test(posix.basename(path)));
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
