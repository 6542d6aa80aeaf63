import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DkmsDebError, InputError } from '../../errors.ts';
import { askGit, git } from '../../system/process/run-git.ts';

/** What git knows of a tree: paths relative to it. Submodules are looked into. */
export interface GitView {
  readonly tracked: ReadonlySet<string>;
  /** Files and directories marked export-ignore (gitattributes(5)). */
  readonly exportIgnored: ReadonlySet<string>;
  /** Neither tracked nor ignored: what `git status` shows; a directory of which nothing is tracked ends in `/`. */
  readonly unknown: ReadonlySet<string>;
  /** Submodules that are not checked out. */
  readonly missing: readonly string[];
}

/** A submodule as a tree has it. */
export interface Submodule {
  readonly path: string;
  /** The commit that is recorded for it. */
  readonly commit: string;
}

/** How deep submodules may lie in one another; a circle of them would have no end. */
export const MOST_NESTED = 16;

/**
 * Asks git about a tree; undefined where there is no repository, no git, git refuses, or tracks nothing of the
 * tree: then names alone decide what is source.
 */
export async function viewOfGit(root: string, depth = 0): Promise<GitView | undefined> {
  if (!isInsideRepository(root)) return undefined;
  let listed: string;
  try {
    listed = (await git(root, ['ls-files', '-s', '-z'], { timeoutSeconds: 60 })).stdout;
  } catch (error) {
    if (error instanceof DkmsDebError && error.code !== 'special-file') return undefined;
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
    if (depth >= MOST_NESTED) continue;
    const inner = await viewOfGit(join(root, path), depth + 1);
    for (const name of inner?.tracked ?? []) tracked.add(`${path}/${name}`);
    for (const name of inner?.exportIgnored ?? []) exportIgnored.add(`${path}/${name}`);
    for (const name of inner?.unknown ?? []) unknown.add(`${path}/${name}`);
    for (const name of inner?.missing ?? []) missing.push(`${path}/${name}`);
  }
  return decides(tracked) ? { tracked, exportIgnored, unknown, missing } : undefined;
}

/** Packaging alone, kept in git beside an unpacked tarball, does not say what the driver's source is. */
function decides(tracked: ReadonlySet<string>): boolean {
  for (const path of tracked) if (!path.startsWith('debian/')) return true;
  return false;
}

/** Submodules that are checked out in a tree, the nested ones left to a call for each. */
export async function submodulesOf(root: string): Promise<Submodule[]> {
  if (!isInsideRepository(root)) return [];
  const listed = await askGit(root, ['ls-files', '-s', '-z']);
  return parseIndex(listed ?? '').submodules;
}

/** Whether a submodule is there: `git clone` leaves an empty directory for it. */
export function isCheckedOut(root: string, path: string): boolean {
  return existsSync(join(root, path, '.git'));
}

/** What to do about a submodule that is not there: InputError `submodule-missing`. */
export function submoduleMissing(root: string, path: string): InputError {
  return new InputError('submodule-missing', 'this git submodule is not there', {
    where: { file: join(root, path) },
    hint: 'Run git submodule update --init --recursive',
  });
}

/** Whether git would find a repository: a process that only says "not a git repository" is spared. */
export function isInsideRepository(tree: string): boolean {
  // git goes up from where it really is, whatever links lead there.
  const start = existsSync(tree) ? realpathSync(tree) : tree;
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return true;
    if (directory === dirname(directory)) return false;
  }
}

/** Whether a tree is part of a repository, not only a directory that lies in somebody's. */
export async function isTracked(tree: string): Promise<boolean> {
  if (!isInsideRepository(tree)) return false;
  return Boolean(await askGit(tree, ['ls-files', '--cached', '--', ':(glob)*', ':(glob)*/*']));
}

/** `ls-files -s -z`: mode, object, stage, tab, path; mode 160000 is a submodule. */
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

/** Directories of which nothing is tracked stand for all that is in them. */
async function unknownPaths(root: string): Promise<string[]> {
  const others = ['ls-files', '-z', '--others', '--exclude-standard', '--directory'];
  const said = await askGit(root, [...others, '--no-empty-directory']);
  return (said ?? '').split('\0').filter(Boolean);
}

/** Whether a path or a directory above it is export-ignore. */
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
    // A pattern for directories only (`docs/`) is met by a path that ends so.
    for (let i = 1; i < parts.length; i++) {
      const directory = parts.slice(0, i).join('/');
      paths.add(directory).add(`${directory}/`);
    }
  }
  const result = await git(root, ['check-attr', '-z', '--stdin', 'export-ignore'], {
    input: [...paths].map((path) => `${path}\0`).join(''),
    timeoutSeconds: 60,
  });
  // -z output: path NUL attribute NUL value NUL
  const fields = result.stdout.split('\0');
  const ignored = new Set<string>();
  for (let i = 0; i + 2 < fields.length; i += 3) {
    if (fields[i + 2] === 'set' && fields[i]) ignored.add((fields[i] as string).replace(/\/$/, ''));
  }
  return ignored;
}
