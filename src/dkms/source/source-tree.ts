import { isUtf8 } from 'node:buffer';
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import type { WalkedEntry } from '../../system/files/walk-tree.ts';
import { refusalOfGit, viewOfGit } from './git-view.ts';
import { chooseSource, type SourceOptions, walkSource } from './source-choice.ts';
import type { SourceEntry } from './source-entry.ts';
import { refuseImpossibleNames, refuseTooLarge } from './source-limits.ts';

export type { SourceOptions } from './source-choice.ts';

/** The source of a tree, and what the user should know about it. */
export interface SourceTree {
  readonly entries: SourceEntry[];
  /**
   * Files that are not packed, because git neither tracks nor ignores them, and no makefile or #include names them.
   * The name of a directory ends in `/`.
   */
  readonly untracked: readonly string[];
  /** Files that are not in git but are source because a makefile or an #include names them. */
  readonly named: readonly string[];
  /**
   * Files that a rule leaves out: files marked export-ignore, files for forges, other systems or developers, and a
   * debian/ in a folder of the tree.
   */
  readonly excluded: readonly string[];
  /** Git submodules that are not packed: not checked out, not readable for git, or nested too deep. */
  readonly missing: readonly string[];
  /** Paths that git tracks, but that do not exist on the disk, or are directories there. */
  readonly gone: readonly string[];
  /**
   * git's error message, if the tree is in a repository that git refuses to read. Then only the names of files
   * decide which are source.
   */
  readonly refusal: string | undefined;
}

/**
 * Returns the files of a tree that are the source of the driver, in the order of walkTree. If git tracks the tree,
 * these are the tracked files without those marked export-ignore, and untracked files that a makefile or an #include
 * names. Otherwise they are all files except those that builds, editors and packaging tools leave, by their names
 * (source-names.ts). In both cases, files for forges, editors, developers and other systems are left out, unless a
 * makefile names them. Version control and, without `withPackaging`, debian/ are never source. Symlinks are not
 * followed. Throws InputError `special-file`, `unreadable`, `file-name` or `source-too-large`, and the errors of
 * walkTree and viewOfGit.
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
    gone: partOf(git === undefined ? [] : goneFromDisk(root, git.tracked, walked.walked), below),
    refusal: git === undefined ? await refusalOfGit(root) : undefined,
  };
}

/**
 * Returns the tracked paths that are missing on the disk or are directories there. Only the few paths that the walk
 * did not return are checked.
 */
function goneFromDisk(
  root: string,
  tracked: ReadonlySet<string>,
  walked: readonly WalkedEntry[],
): string[] {
  const found = new Set(walked.filter(({ type }) => type !== 'directory').map(({ path }) => path));
  return [...tracked].filter((path) => !found.has(path) && !isFileOrLink(join(root, path)));
}

function isFileOrLink(file: string): boolean {
  try {
    return !lstatSync(file).isDirectory();
  } catch {
    // Either the path does not exist, or a file or link has replaced a directory above it.
    return false;
  }
}

/** Returns the paths below a directory, relative to it. */
function partOf(paths: readonly string[], below: string): string[] {
  if (below === '') return [...paths];
  const prefix = `${below}/`;
  return paths
    .filter((path) => path.startsWith(prefix) && path !== prefix)
    .map((path) => path.slice(prefix.length));
}

/** Does the same as readSourceTree, but returns only the entries. */
export async function listSourceTree(
  root: string,
  options: SourceOptions = {},
): Promise<SourceEntry[]> {
  return (await readSourceTree(root, options)).entries;
}

/**
 * Returns a source entry for a path. The function is synchronous, because for thousands of files an asynchronous one
 * takes five times as long.
 */
function describe(root: string, path: string): SourceEntry {
  const file = `${root}/${path}`;
  const stat = lstatSync(file);
  const common = { path, mode: stat.mode & 0o7777, mtime: Math.floor(stat.mtimeMs / 1000) };
  if (stat.isSymbolicLink()) {
    return { ...common, type: 'symlink', size: 0, target: targetOf(file) };
  }
  if (stat.isFile()) return { ...common, type: 'file', size: stat.size };
  if (stat.isDirectory()) return { ...common, type: 'directory', size: 0 };
  throw new InputError('special-file', 'not a file, directory or link', {
    where: { file },
    hint: 'Remove the socket, fifo or device from the source tree.',
  });
}

function targetOf(file: string): string {
  const target = readlinkSync(file, { encoding: 'buffer' });
  if (isUtf8(target)) return target.toString();
  throw new InputError('unreadable', 'the link leads to a name that is not UTF-8', {
    where: { file },
    hint: 'Rename the target of the link, and create the link again.',
  });
}
