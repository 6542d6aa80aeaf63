import { posix } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../../dkms/source/empty-submodules.ts';
import { leadsOut } from '../../dkms/source/leads-out.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError, type Place } from '../../errors.ts';
import { fileOfEntry, type Staging } from './context.ts';
import { packagedMode } from './dh-fixperms.ts';
import { entriesBelow, matchEntries, packagePath, readList } from './path-lists.ts';

/**
 * Adds the files that debian/<package>.install lists to the package (dh_install(1)). Each line has patterns and the
 * directory in the package. If a line has only one word, the directory is the same as in the tree. Directories are
 * added with their contents, except version control and results of builds. `accept` decides which lines are used.
 * Throws InputError `install-rename` for `=>`, `symlink-outside` for a link out of the tree, and the errors of
 * readList, matchEntries and packagePath.
 */
export async function stageInstall(
  staging: Staging,
  accept?: (line: string) => boolean,
): Promise<void> {
  const file = staging.packaging.file('install');
  if (file === undefined) return;
  for (const { words, where } of await readList(file, staging.variables, accept)) {
    if (words.includes('=>')) {
      throw new InputError(
        'install-rename',
        'the list renames a file with `=>`, which needs dh-exec',
        {
          where,
          hint: 'Rename the file in the tree: dkms-deb does not run dh-exec, which renames files for debhelper.',
        },
      );
    }
    const sources = words.length > 1 ? words.slice(0, -1) : words;
    const given = words.length > 1 ? words.at(-1) : posix.dirname(words[0] ?? '');
    const destination = packagePath(given ?? '', where);
    for (const entry of sources.flatMap((word) => matchInTree(staging, word, where))) {
      stageWithContents(staging, entry, destination);
    }
  }
}

/**
 * Returns the entries that a word of the list matches. If no entry matches because a submodule is empty, the hint of
 * the error names the submodule.
 */
function matchInTree(
  { entries, sourceDirectory }: Staging,
  word: string,
  where: Place,
): SourceEntry[] {
  try {
    return matchEntries(entries, word, where);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const top = posix.normalize(word).split(/[*?[{]/)[0] ?? '';
    const empty = emptySubmodules(sourceDirectory).filter(
      (path) => top.startsWith(`${path}/`) || `${path}/`.startsWith(top),
    );
    if (error.code !== 'list-missing' || empty.length === 0) throw error;
    throw new InputError(error.code, error.message, {
      where,
      hint: fillSubmodules(sourceDirectory, empty),
    });
  }
}

/**
 * Adds an entry of the source tree, and everything below it that `accept` accepts, to a directory of the package.
 * Throws InputError `symlink-outside` for a link that leads out of the tree.
 */
export function stageWithContents(
  staging: Staging,
  entry: SourceEntry,
  destination: string,
  accept: (entry: SourceEntry) => boolean = () => true,
): void {
  if (entry.path.startsWith('debian/')) staging.used.add(entry.path);
  const parent = posix.dirname(entry.path);
  const all =
    entry.type === 'directory' ? [entry, ...entriesBelow(staging.entries, entry.path)] : [entry];
  for (const inner of all.filter(accept)) {
    const relative = parent === '.' ? inner.path : inner.path.slice(parent.length + 1);
    stageEntry(staging, inner, `${destination}/${relative}`);
  }
}

/** Adds an entry of the source tree to the package at `path`. */
function stageEntry(staging: Staging, entry: SourceEntry, path: string): void {
  const { tree } = staging;
  const { mtime } = entry;
  const source = fileOfEntry(staging, entry.path);
  if (entry.type === 'directory') {
    tree.addDirectory(path, { mtime });
  } else if (entry.type === 'symlink') {
    refuseOutside(source, entry);
    tree.addSymlink(path, entry.target ?? '', { mtime });
  } else {
    const mode = packagedMode(path, entry.mode);
    tree.addFile(path, { source, size: entry.size, mode, mtime });
  }
}

/**
 * Throws InputError `symlink-outside` for a link that leads out of the source tree: its target depends on the
 * machine.
 */
function refuseOutside(file: string, entry: SourceEntry): void {
  if (!leadsOut(entry)) return;
  throw new InputError(
    'symlink-outside',
    `${entry.path} is a link to ${entry.target}, outside of the source tree`,
    {
      where: { file },
      hint: 'Put a copy of the file into the tree, or leave the link out of the list in debian/.',
    },
  );
}
