import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DkmsDebError, InputError } from '../../errors.ts';
import { ANSWER_SECONDS, askGit, git, gitUnreadable, stopsGit } from '../../system/git/run-git.ts';
import { gitIn } from '../../system/text/command-places.ts';

/** What git knows about the files of a tree and its submodules. Paths are relative to the tree. */
export interface GitView {
  readonly tracked: ReadonlySet<string>;
  /** Files and directories marked export-ignore (gitattributes(5)). */
  readonly exportIgnored: ReadonlySet<string>;
  /** Untracked files that are not ignored, as shown by `git status`. A directory without tracked files ends in `/`. */
  readonly unknown: ReadonlySet<string>;
  /** Submodules that are not checked out, that git cannot read, or that are nested too deep (MOST_NESTED). */
  readonly missing: readonly string[];
}

/** A submodule of a tree. */
export interface Submodule {
  readonly path: string;
  /** The commit that the tree records for the submodule. */
  readonly commit: string;
}

const LIST_INDEX = ['ls-files', '-s', '-z'];

/**
 * How deep submodules may be nested. Deeper submodules are not read, and are an error where they would be fetched.
 * Without a limit, a loop of submodules would never end.
 */
export const MOST_NESTED = 16;

/**
 * Asks git about a tree. Returns undefined if the tree is not in a repository, git is missing or fails, or git tracks
 * none of its files outside of debian/. In these cases, file names alone decide which files are source. Throws
 * InputError `git-unreadable` if git does not finish or cannot read the attributes. Throws InputError `special-file` if
 * git would have to read a fifo or a device.
 */
export async function viewOfGit(root: string, depth = 0): Promise<GitView | undefined> {
  if (!isInsideRepository(root)) return undefined;
  let listed: string;
  try {
    listed = (await git(root, LIST_INDEX, { timeoutSeconds: ANSWER_SECONDS })).stdout;
  } catch (error) {
    if (error instanceof DkmsDebError && !stopsGit(error)) return undefined;
    throw error;
  }
  const { files, submodules } = parseIndex(listed);
  const tracked = new Set(files);
  const exportIgnored = await ignoredForExport(root, [
    ...files,
    ...submodules.map(({ path }) => path),
  ]);
  const unknown = new Set(await unknownPaths(root));
  const missing: string[] = [];
  for (const { path } of submodules) {
    if (isExportIgnored(path, exportIgnored)) continue;
    if (!isCheckedOut(root, path)) {
      missing.push(path);
      continue;
    }
    const inner = depth < MOST_NESTED ? await viewOfGit(join(root, path), depth + 1) : undefined;
    if (inner === undefined) {
      missing.push(path);
      continue;
    }
    for (const name of inner.tracked) tracked.add(`${path}/${name}`);
    for (const name of inner.exportIgnored) exportIgnored.add(`${path}/${name}`);
    for (const name of inner.unknown) unknown.add(`${path}/${name}`);
    for (const name of inner.missing) missing.push(`${path}/${name}`);
  }
  return decides(tracked) ? { tracked, exportIgnored, unknown, missing } : undefined;
}

/**
 * Whether git decides which files are source. It does not decide if it tracks only debian/, because the source is then
 * an unpacked tarball.
 */
function decides(tracked: ReadonlySet<string>): boolean {
  for (const path of tracked) if (!path.startsWith('debian/')) return true;
  return false;
}

/**
 * Returns the submodules of a tree, without the nested ones. Returns none if the tree is in no repository, or git is
 * missing or fails.
 */
export async function submodulesOf(root: string): Promise<Submodule[]> {
  if (!isInsideRepository(root)) return [];
  const listed = await askGit(root, ['ls-files', '-s', '-z']);
  return parseIndex(listed ?? '').submodules;
}

/**
 * Whether a submodule is checked out. `git clone` without --recurse-submodules leaves only an empty directory in its
 * place.
 */
export function isCheckedOut(root: string, path: string): boolean {
  const directory = join(root, path);
  // A link in the place of the submodule is not followed, because it may lead back to the tree.
  const isDirectory = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory && existsSync(join(directory, '.git'));
}

/**
 * Returns why git cannot read the repository of the tree: the last line of the output of git, or the message of the
 * error if git could not be run. Returns undefined if git reads the repository, or if there is no repository.
 */
export async function refusalOfGit(root: string): Promise<string | undefined> {
  if (!isInsideRepository(root)) return undefined;
  try {
    await git(root, LIST_INDEX, { timeoutSeconds: ANSWER_SECONDS });
    return undefined;
  } catch (error) {
    if (error instanceof DkmsDebError) return error.output.at(-1) ?? error.message;
    throw error;
  }
}

/** Returns InputError `submodule-missing`. */
export function submoduleMissing(root: string, path: string): InputError {
  return new InputError('submodule-missing', 'this git submodule is not checked out', {
    where: { file: join(root, path) },
    hint: `Run ${gitIn(root)} submodule update --init --recursive`,
  });
}

/** Whether the tree is in a git repository. Without a repository git is not run, because it would only fail. */
export function isInsideRepository(tree: string): boolean {
  // The real path of the directory is used, because git searches for the repository upwards from there.
  const start = existsSync(tree) ? realpathSync(tree) : tree;
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return true;
    if (directory === dirname(directory)) return false;
  }
}

/**
 * Whether git tracks files at the top of the tree or one folder below. Returns false for an untracked directory inside
 * of another repository.
 */
export async function isTracked(tree: string): Promise<boolean> {
  if (!isInsideRepository(tree)) return false;
  return Boolean(await askGit(tree, ['ls-files', '--cached', '--', ':(glob)*', ':(glob)*/*']));
}

/** Parses the output of `ls-files -s -z`: mode, object, stage, tab, path. Mode 160000 is a submodule. */
function parseIndex(output: string): { files: string[]; submodules: Submodule[] } {
  const files: string[] = [];
  const submodules: Submodule[] = [];
  for (const entry of output.split('\0')) {
    const [, mode, commit = '', path] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(entry) ?? [];
    if (path === undefined) continue;
    if (mode === '160000') submodules.push({ path, commit });
    else files.push(path);
  }
  return { files, submodules };
}

/**
 * Returns the untracked files that are not ignored. For a directory without any tracked file, it returns the directory
 * (`NAME/`) instead of the files.
 */
async function unknownPaths(root: string): Promise<string[]> {
  const others = ['ls-files', '-z', '--others', '--exclude-standard', '--directory'];
  const said = await askGit(root, [...others, '--no-empty-directory']);
  return (said ?? '').split('\0').filter(Boolean);
}

/** Is a path or a directory above it marked export-ignore? */
export function isExportIgnored(path: string, ignored: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (ignored.has(path.slice(0, end))) return true;
  }
  return false;
}

async function ignoredForExport(root: string, files: readonly string[]): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const path of files) {
    const parts = path.split('/');
    paths.add(path);
    // A pattern for directories only (`docs/`) matches a path that ends with a slash.
    for (let i = 1; i < parts.length; i++) {
      const directory = parts.slice(0, i).join('/');
      paths.add(directory).add(`${directory}/`);
    }
  }
  const result = await git(root, ['check-attr', '-z', '--stdin', 'export-ignore'], {
    input: [...paths].map((path) => `${path}\0`).join(''),
    timeoutSeconds: ANSWER_SECONDS,
  }).catch((error) => {
    const isAnswer = error instanceof DkmsDebError && !stopsGit(error);
    throw isAnswer ? gitUnreadable(root, error) : error;
  });
  // The output of -z: path NUL attribute NUL value NUL
  const fields = result.stdout.split('\0');
  const ignored = new Set<string>();
  for (let i = 0; i + 2 < fields.length; i += 3) {
    if (fields[i + 2] === 'set' && fields[i]) ignored.add((fields[i] as string).replace(/\/$/, ''));
  }
  return ignored;
}
