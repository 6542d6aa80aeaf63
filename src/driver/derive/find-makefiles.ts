import { basename, dirname, join, posix } from 'node:path';
import { ANY_MAKEFILE, MAKE_NAMES, MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { sha256 } from '../../system/files/sha256.ts';

/** A makefile of the tree with its whole text. */
export interface Makefile {
  readonly path: string;
  readonly text: string;
}

/** Matches names of files that are not makefiles by their names, but that a makefile may include. */
const INCLUDED = /\.(?:inc|include|rules)$/;
/**
 * The largest makefile that is read again, in bytes. Of a larger file, only the known beginning is used, because nobody
 * wrote such a file by hand.
 */
const LONGEST = 1024 * 1024;

/** Returns the paths of the makefiles of which readMakefiles returns only the beginning. */
export function cutMakefiles(sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path, size }) => ANY_MAKEFILE.test(path) && size > LONGEST)
    .map(({ path }) => path);
}

/**
 * Returns all makefiles of a tree with their whole texts. A makefile is read again if `sources` has only its beginning.
 * Of a makefile that is longer than LONGEST, only the beginning is returned.
 */
export async function readMakefiles(
  directory: string,
  sources: readonly SourceFile[],
): Promise<Makefile[]> {
  const found = sources.filter(({ path }) => ANY_MAKEFILE.test(path) || INCLUDED.test(path));
  return Promise.all(
    found.map(async ({ path, size, text }) =>
      size <= text.length || size > LONGEST
        ? { path, text }
        : { path, text: await readTreeText(join(directory, path)).catch(() => text) },
    ),
  );
}

/**
 * Returns the makefile that make chooses in a folder (GNU make, "Makefile Names"). Returns undefined if there is none.
 */
export function ownMakefile(makefiles: readonly Makefile[], folder: string): Makefile | undefined {
  return MAKE_NAMES.map((name) =>
    makefiles.find(({ path }) => path === posix.join(folder, name)),
  ).find((makefile) => makefile !== undefined);
}

/**
 * Returns a makefile, the Kbuild in the same folder, and all makefiles that these include or call: `include common.mk`,
 * `include $(src)/*.mk`, `$(MAKE) -C src`. If the name of an included file begins with variables, a makefile with the
 * rest of the name is looked for, first in the same folder, then in all folders. If the name ends with a variable, all
 * makefiles of the folder with other names than Makefile are returned. If the folder of a call is a variable, as in
 * `$(MAKE) -C $$i`, the makefiles of all folders directly below are returned.
 */
export function reachedFrom(makefiles: readonly Makefile[], first: Makefile): Makefile[] {
  const reached = new Map([[first.path, first]]);
  const add = (makefile: Makefile | undefined) => {
    if (makefile !== undefined) reached.set(makefile.path, makefile);
  };
  add(makefiles.find(({ path }) => path === posix.join(dirname(first.path), 'Kbuild')));
  // The loop also visits entries that are added to the Map while it runs.
  for (const { path, text } of reached.values()) {
    const folder = dirname(path);
    const code = text.replace(/\\\n/g, ' ').replace(/^[ \t]*#.*$/gm, '');
    for (const [, names = ''] of code.matchAll(/^[ \t]*[-s]?include[ \t]+([^\n#]*)/gm)) {
      for (const name of names.replace(/\$[({]wildcard|[)}]$/g, ' ').split(/\s+/)) {
        for (const makefile of matching(makefiles, folder, name)) add(makefile);
      }
    }
    for (const [, inner = ''] of code.matchAll(/\$[({]?MAKE[)}]?[^\n;&|]*?-C[ \t]*([^\s;&|]+)/g)) {
      const end = literalEnd(inner);
      if (end !== '' && !end.includes('$')) add(ownMakefile(makefiles, posix.join(folder, end)));
      // A loop such as `for i in $(DIRS); do $(MAKE) -C $$i` may call make in any folder directly below.
      else for (const below of foldersBelow(makefiles, folder)) add(ownMakefile(makefiles, below));
    }
  }
  return [...reached.values()];
}

function foldersBelow(makefiles: readonly Makefile[], folder: string): Set<string> {
  return new Set(
    makefiles.map(({ path }) => dirname(path)).filter((other) => dirname(other) === folder),
  );
}

/**
 * Returns a checksum of makefiles. It changes if the way to build may have changed. It does not change if only a
 * version gets another value.
 */
export function digestOf(makefiles: readonly Makefile[]): string {
  // The name DRIVER also contains VER, but is not a version.
  const version =
    /^[ \t]*(?:export[ \t]+)?\w*(?:VERSION|(?<!DRI)VER|RELEASE|SUBLEVEL)\w*[ \t]*[:?]?=.*$/gm;
  return sha256(
    makefiles.map(({ path, text }) => `${path}\n${text.replace(version, '')}`).join('\n'),
  );
}

/** Returns the literal end of a name: `../common.mk` for `$(src)/../common.mk`. */
function literalEnd(name: string): string {
  return name.replace(/^.*[)}]\/?|["']/g, '').replace(/\/+$/, '');
}

function matching(makefiles: readonly Makefile[], folder: string, name: string): Makefile[] {
  const end = literalEnd(name);
  if (end === '' && /\$[({]\w+[)}]$/.test(name)) {
    // If the name ends with a variable, it may mean any makefile of the folder, except one that make reads by itself.
    return makefiles.filter(
      ({ path }) => dirname(path) === folder && !MAKE_NAMES.includes(basename(path)),
    );
  }
  if (end === '') return [];
  const beside = posix.join(folder === '.' ? '' : folder, end);
  if (/[*?%]/.test(end)) {
    const pattern = beside.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/[*?%]/g, '[^/]*');
    return makefiles.filter(({ path }) => new RegExp(`^${pattern}$`).test(path));
  }
  const exact = makefiles.filter(({ path }) => path === beside);
  return exact.length > 0 || end === name
    ? exact
    : makefiles.filter(({ path }) => path === end || path.endsWith(`/${end}`));
}

const TESTS = /(?:^|\/)(?:tests?|unittests?|selftests?|examples?|samples?|demos?)(?:\/|$)/;
/**
 * Returns '' (the top) and the folders nearest to the top whose makefile is for kbuild or calls kbuild. Folders of
 * tests and examples are returned only if there are no others.
 */
export function rootsOf(makefiles: readonly Makefile[]): string[] {
  const speaking = makefiles
    .filter(
      ({ path, text }) =>
        MAKEFILE.test(path) && /\bobj-(?:m|y|\$)|\b(?:M|SUBDIRS|KBUILD_EXTMOD)=/.test(text),
    )
    .map(({ path }) => dirname(path))
    .map((folder) => (folder === '.' ? '' : folder));
  const proper = speaking.filter((folder) => !TESTS.test(folder));
  const folders = [...new Set(proper.length > 0 ? proper : speaking)];
  const below = folders.filter((folder) => folder !== '');
  const top = below.filter((folder) => !below.some((other) => folder.startsWith(`${other}/`)));
  return ['', ...top];
}
