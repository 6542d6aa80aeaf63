import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { viewOfGit } from './git-view.ts';
import { chooseSource, type SourceOptions, walkSource } from './source-choice.ts';
import type { SourceEntry } from './source-entry.ts';
import { refuseImpossibleNames, refuseTooLarge } from './source-limits.ts';

export type { SourceOptions } from './source-choice.ts';

/** A tree's source, and what a person should know of it. */
export interface SourceTree {
  readonly entries: SourceEntry[];
  /** Neither tracked nor ignored by git, and named by nothing: left out. Whole directories end in `/`. */
  readonly untracked: readonly string[];
  /** Not in git, but a makefile or an #include names it: source all the same. */
  readonly named: readonly string[];
  /** What stays out for good: export-ignore, what serves forges and editors. */
  readonly excluded: readonly string[];
  /** Submodules of git that are not checked out. */
  readonly missing: readonly string[];
}

/**
 * The files of a tree that are the module's source, sorted by path. Where git tracks the tree, that is what git
 * tracks, without what .gitattributes marks export-ignore; elsewhere all but what by its name builds,
 * editors and packaging tools leave (source-names.ts). What a makefile names is source even then. Never:
 * version control, what serves forges and editors, debian/. Links are not followed. InputError
 * `special-file`, `unreadable`, `file-name`, `source-too-large` and those of walkTree.
 */
export async function readSourceTree(
  root: string,
  options: SourceOptions = {},
): Promise<SourceTree> {
  const git = await viewOfGit(root);
  const walked = await walkSource(root, git, options);
  const chosen = await chooseSource(root, walked, git, options);
  const { below = '' } = options;
  const part = below === '' ? root : join(root, below);
  const wanted = partOf(chosen.wanted, below);
  refuseImpossibleNames(part, wanted);
  const entries = wanted.map((path) => describe(part, path));
  refuseTooLarge(part, entries, options.maxSize);
  return {
    entries,
    untracked: partOf(chosen.untracked, below),
    named: partOf(chosen.named, below),
    excluded: partOf(chosen.excluded, below),
    missing: partOf(git?.missing ?? [], below),
  };
}

/** What lies below a directory, relative to it. */
function partOf(paths: readonly string[], below: string): string[] {
  if (below === '') return [...paths];
  const prefix = `${below}/`;
  return paths
    .filter((path) => path.startsWith(prefix) && path !== prefix)
    .map((path) => path.slice(prefix.length));
}

/** The entries of readSourceTree alone. */
export async function listSourceTree(
  root: string,
  options: SourceOptions = {},
): Promise<SourceEntry[]> {
  return (await readSourceTree(root, options)).entries;
}

/** Synchronous: for thousands of files that costs a fifth, and nothing else waits. */
function describe(root: string, path: string): SourceEntry {
  const file = join(root, path);
  const stat = lstatSync(file);
  const common = { path, mode: stat.mode & 0o7777, mtime: Math.floor(stat.mtimeMs / 1000) };
  if (stat.isSymbolicLink()) {
    return { ...common, type: 'symlink', size: 0, target: readlinkSync(file) };
  }
  if (stat.isFile()) return { ...common, type: 'file', size: stat.size };
  if (stat.isDirectory()) return { ...common, type: 'directory', size: 0 };
  throw new InputError('special-file', 'not a file, directory or link', {
    where: { file },
    hint: 'Take the socket, fifo or device out of the source tree.',
  });
}
