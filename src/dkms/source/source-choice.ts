import { type WalkedEntry, walkTree } from '../../system/files/walk-tree.ts';
import { isHalfDone } from '../../system/process/leftovers.ts';
import type { GitView } from './git-view.ts';
import { installedByName } from './installed-by-name.ts';
import { findNamed } from './named-files.ts';
import { isOfOtherSystem } from './other-systems.ts';
import { findSpokenOf, forPeople, isForeignPackaging } from './people-files.ts';
import {
  isForge,
  isLeftover,
  isMadeDirectory,
  isOfEditor,
  isVersionControl,
} from './source-names.ts';
import { writtenRpm } from './written-rpm.ts';

export interface SourceOptions {
  /** Whether debian/ is returned, too, tracked by git or not. */
  readonly withPackaging?: boolean;
  /**
   * Whether files that are only for forges, editors, other systems or developers are returned, too, because dpkg-source
   * packs them. If git is used, only tracked files are added; without git, no files for editors.
   */
  readonly withForge?: boolean;
  /** The directory to which the result is limited. The rules are still applied to the whole tree. */
  readonly below?: string | undefined;
  /** Whether a file in debian/*.install is source because it is listed there. The default is true. */
  readonly withListed?: boolean;
  /** The limit in bytes for all files together. */
  readonly maxSize?: number | undefined;
}

interface Choice {
  /** The paths that are source: files and symlinks, the directories that contain them, and some empty directories. */
  readonly wanted: string[];
  readonly named: string[];
  readonly untracked: string[];
  /**
   * Files that are left out by a rule: files marked export-ignore, files for forges, other systems or developers, and a
   * debian/ inside the tree. Untracked files and results of a build are left out as well, but are not in this list.
   */
  readonly excluded: string[];
}

/** Returns the files and directories of a tree that may be source, and the paths that .gitattributes excludes. */
export async function walkSource(
  root: string,
  git: GitView | undefined,
  options: SourceOptions,
): Promise<{ walked: WalkedEntry[]; exportIgnored: string[] }> {
  // A directory in which git tracks a file is not a directory of build results, whatever its name is.
  const known = new Set([...(git?.tracked ?? [])].flatMap(foldersAbove));
  const isWrittenRpm = options.withForge === true ? () => false : await writtenRpm(root);
  const enter = (entry: WalkedEntry) =>
    mayBeSource(entry, git, known, options) && !isWrittenRpm(entry.path);
  const all = await walkTree(root, { enter });
  const exportIgnored = all.map(({ path }) => path).filter((path) => git?.exportIgnored.has(path));
  return { walked: all.filter(enter), exportIgnored };
}

function mayBeSource(
  { path, name, type }: WalkedEntry,
  git: GitView | undefined,
  known: ReadonlySet<string>,
  { withPackaging = false }: SourceOptions,
): boolean {
  if (path === 'debian') return withPackaging;
  if (path === '.pc' || isVersionControl(name) || isHalfDone(name)) return false;
  if (type === 'directory' && isMadeDirectory(name)) return known.has(path);
  return !git?.exportIgnored.has(path);
}

/** Decides which files of a tree are source. The makefiles are read only if that is needed to decide about a file. */
export async function chooseSource(
  root: string,
  { walked, exportIgnored }: Awaited<ReturnType<typeof walkSource>>,
  git: GitView | undefined,
  { withForge = false, withListed = true, below = '' }: SourceOptions,
): Promise<Choice> {
  const siblings = namesByFolder(walked);
  const packagings = innerPackagings(siblings);
  const listed = withListed ? await installedByName(root) : new Set<string>();
  const isKnown = (path: string) => git === undefined || git.tracked.has(path);
  const source = new Set<string>();
  const doubtful: string[] = [];
  const unknown: string[] = [];
  const packaging: string[] = [];
  const people: string[] = [];
  const isForeign = isForeignPackaging(root);
  const withPeople = withForge || isForeign;
  for (const { path, name, type } of walked) {
    if (type === 'directory') continue;
    const tracked = git?.tracked.has(path) ?? false;
    const leftover = isLeftover(name, siblings.get(folderOf(path)) ?? new Set());
    const withNeedless = withForge && (tracked || (git === undefined && !isOfEditor(path)));
    const isListed = listed.has(path) && (tracked || git === undefined);
    if (path.startsWith('debian/') || isListed) source.add(path);
    else if (!withNeedless && isBelow(packagings, path)) {
      packaging.push(path);
    } else if (!withNeedless && isNeedless(path)) doubtful.push(path);
    else if (!withPeople && isKnown(path) && forPeople(path) !== undefined) people.push(path);
    else if (tracked || (git === undefined && !leftover)) source.add(path);
    else if (git !== undefined && !leftover && isUnknown(path, git)) unknown.push(path);
    else doubtful.push(path);
  }
  const isOwn = (path: string) => below !== '' && `${below}/`.startsWith(`${forPeople(path)}/`);
  for (const path of people.filter(isOwn)) source.add(path);
  const left = people.filter((path) => !source.has(path));
  for (const path of await findSpokenOf(root, source, left, listed)) source.add(path);
  const named = await findNamed(root, { source, doubtful, unknown });
  for (const path of named) source.add(path);
  // dh_install packs empty directories. Without git, every empty directory is source. If init did not write debian/,
  // there is one more kind: without git, directories that are empty after dh_clean; with git, directories of missing
  // submodules.
  const isEmpty = ({ path, type }: WalkedEntry) => {
    if (type !== 'directory') return false;
    if (git !== undefined) return isForeign && git.missing.includes(path);
    const names = siblings.get(path) ?? new Set();
    return names.size === 0 || (isForeign && [...names].every((name) => isLeftover(name, names)));
  };
  const empty = walked.filter(isEmpty).map(({ path }) => path);
  const folders = new Set([...[...source, ...empty].flatMap(foldersAbove), ...empty]);
  const isWanted = ({ path }: WalkedEntry) => source.has(path) || folders.has(path);
  const isForGood = (path: string) => !source.has(path) && isNeedless(path) && isKnown(path);
  const unnamed = unknown.filter((path) => !source.has(path));
  return {
    wanted: walked.filter(isWanted).map(({ path }) => path),
    // Without git it is not known which files are tracked, so no file is reported as named or untracked.
    named: git === undefined ? [] : named.filter((path) => !git.tracked.has(path)),
    excluded: [
      ...exportIgnored,
      ...packaging.filter(isKnown),
      ...doubtful.filter(isForGood),
      ...people.filter((path) => !source.has(path)),
    ],
    untracked: git === undefined ? [] : [...new Set(unnamed.map((path) => shownAs(path, git)))],
  };
}

/** Whether a path is only for a forge, an editor or another system, so that it is not needed to build the modules. */
function isNeedless(path: string): boolean {
  return isForge(path) || isOfOtherSystem(path);
}

/** Whether a path is below one of these folders. */
function isBelow(folders: ReadonlySet<string>, path: string): boolean {
  return folders.size > 0 && foldersAbove(path).some((folder) => folders.has(folder));
}

/** Returns the debian/ folders with a packaging that are not at the top: src/debian. /usr/src does not need them. */
function innerPackagings(names: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const isPackaging = ([folder, inner]: [string, ReadonlySet<string>]) =>
    folder.endsWith('/debian') && ['control', 'changelog', 'rules'].some((name) => inner.has(name));
  return new Set([...names].filter(isPackaging).map(([folder]) => folder));
}

function namesByFolder(walked: readonly WalkedEntry[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { path, name } of walked) {
    const folder = folderOf(path);
    const known = names.get(folder);
    if (known === undefined) names.set(folder, new Set([name]));
    else known.add(name);
  }
  return names;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}

function isUnknown(path: string, { unknown }: GitView): boolean {
  return unknown.has(path) || foldersAbove(path).some((folder) => unknown.has(`${folder}/`));
}

/**
 * Returns the path under which an untracked file is reported: its outermost directory without tracked files, or the
 * path itself.
 */
function shownAs(path: string, { unknown }: GitView): string {
  return (
    foldersAbove(path)
      .map((folder) => `${folder}/`)
      .findLast((folder) => unknown.has(folder)) ?? path
  );
}
