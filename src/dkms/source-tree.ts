import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, readingHint } from '../errors.ts';
import { type GitView, viewOfGit } from './git-view.ts';

/** One object of a driver's source tree, as it goes below /usr/src. */
export interface SourceEntry {
  /** Relative to the tree, `/` between parts. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits on disk. */
  readonly mode: number;
  /** Seconds. */
  readonly mtime: number;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  readonly target?: string;
}

/** Version control and its metadata, at any depth: never part of a module's source. */
const VCS_DIRECTORIES = new Set(['.git', '.hg', '.svn', '.bzr', '_darcs', 'CVS']);

/** At the top of the tree: what serves only the forge, or quilt. */
const TOP_ONLY = new Set(['.github', '.gitlab', '.circleci', '.pc']);
const FORGE_FILES =
  /^\.(git(ignore|attributes|modules|keep|lab-ci\.yml)|travis\.yml|mailmap|hgignore|hgtags|pre-commit-config\.yaml)$/;

/** What kbuild leaves behind (Documentation/dontdiff of the kernel), never a source. */
const PRODUCTS =
  /\.(ko|mod|mod\.c|ko\.(xz|gz|zst))$|^\..*\.(cmd|d)$|^(modules\.order|Module\.symvers|Module\.markers)$|^\.(tmp_versions|tmp_\d+|cache\.mk)$/;

/**
 * The files of a tree that are the module's source, sorted by path: without version control, forge
 * metadata, top-level debian/, build products, and what .gitattributes marks export-ignore. A file
 * that git tracks is never taken for a build product. Links are not followed. InputError
 * `special-file` for sockets, fifos and devices, `unreadable` for what cannot be read or named. `withPackaging` lists debian/ too.
 */
export async function listSourceTree(
  root: string,
  options: { withPackaging?: boolean; withForge?: boolean } = {},
): Promise<SourceEntry[]> {
  const git = await viewOfGit(root);
  const entries: SourceEntry[] = [];
  const { withPackaging = false, withForge = false } = options;
  await walk(root, '', { git, withPackaging, withForge }, entries);
  return entries;
}

interface View {
  readonly git: GitView | undefined;
  readonly withPackaging: boolean;
  /** Forge metadata too: part of a source package, as dpkg-source has it. */
  readonly withForge: boolean;
}

async function walk(
  root: string,
  directory: string,
  view: View,
  entries: SourceEntry[],
): Promise<void> {
  const names = await namesIn(join(root, directory));
  const siblings = new Set(names);
  for (const name of names) {
    const path = directory === '' ? name : `${directory}/${name}`;
    if (leftOut(name, path, siblings, view)) continue;
    const stat = await lstat(join(root, path));
    const common = { path, mode: stat.mode & 0o7777, mtime: Math.floor(stat.mtimeMs / 1000) };
    if (stat.isSymbolicLink()) {
      const target = await readlink(join(root, path));
      entries.push({ ...common, type: 'symlink', size: 0, target });
    } else if (stat.isFile()) {
      entries.push({ ...common, type: 'file', size: stat.size });
    } else if (stat.isDirectory()) {
      entries.push({ ...common, type: 'directory', size: 0 });
      await walk(root, path, view, entries);
    } else {
      throw new InputError('special-file', 'not a file, directory or link', {
        where: { file: join(root, path) },
        hint: 'Take the socket, fifo or device out of the source tree.',
      });
    }
  }
}

async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('unreadable', `cannot be read (${cause.code})`, {
      where: { file: directory },
      hint: readingHint(cause, 'Name a directory with the source of a driver.'),
      cause,
    });
  });
  const bad = names.find((name) => name.includes('\ufffd'));
  if (bad !== undefined) {
    throw new InputError('unreadable', 'a file whose name is not UTF-8', {
      where: { file: join(directory, bad) },
      hint: 'Rename it: convmv -f latin1 -t utf-8.',
    });
  }
  return names.sort();
}

function leftOut(
  name: string,
  path: string,
  siblings: ReadonlySet<string>,
  { git, withPackaging, withForge }: View,
): boolean {
  if (VCS_DIRECTORIES.has(name) || (!withForge && FORGE_FILES.test(name))) return true;
  if (path === 'debian' || path.startsWith('debian/')) return !withPackaging;
  if (path === name && TOP_ONLY.has(name) && (!withForge || name === '.pc')) return true;
  if (git?.exportIgnored.has(path)) return true;
  if (git?.tracked.has(path)) return false;
  // An .o is kbuild's when kbuild noted the command beside it; else it is a blob that ships as source.
  const isObject = name.endsWith('.o') && siblings.has(`.${name}.cmd`);
  return isObject || PRODUCTS.test(name);
}
