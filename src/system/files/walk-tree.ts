import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, readingHint } from '../../errors.ts';

/** One object of a directory tree. */
export interface WalkedEntry {
  /** Relative to the tree, `/` between parts. */
  readonly path: string;
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'special';
}

export interface WalkOptions {
  /** False for a directory that is listed, but not opened. */
  readonly enter?: (directory: WalkedEntry) => boolean;
  /** More objects than this are an error. */
  readonly maxEntries?: number;
}

/** A kernel has about 90 000 files, no driver a tenth of that. */
const MOST_ENTRIES = 400_000;
/** The deepest of Debian's sources has 30 levels; each costs a part of PATH_MAX, too. */
export const MOST_LEVELS = 200;

/**
 * All that lies below a directory, each directory before what is in it, names in code unit order. Links are
 * listed and never followed, so a link to a directory above makes no circle. InputError `unreadable`,
 * `tree-too-deep`, `tree-too-large`: a stranger's tree must not take all memory or time.
 */
export async function walkTree(root: string, options: WalkOptions = {}): Promise<WalkedEntry[]> {
  const { enter = () => true, maxEntries = MOST_ENTRIES } = options;
  const found: WalkedEntry[] = [];
  const waiting: (WalkedEntry & { readonly depth: number })[] = [];
  const open = async (path: string, depth: number) => {
    if (depth > MOST_LEVELS) throw tooDeep(join(root, path));
    const entries = await entriesOf(join(root, path));
    // The stack gives the last one first.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? 1 : -1))) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      waiting.push({ path: inner, name: entry.name, type: typeOf(entry), depth });
    }
    if (found.length + waiting.length > maxEntries) throw tooLarge(root, maxEntries);
  };
  await open('', 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { depth, ...entry } = next;
    found.push(entry);
    if (entry.type === 'directory' && enter(entry)) await open(entry.path, depth + 1);
  }
  return found;
}

/** The paths of all files and links below a directory, in the order of walkTree. */
export async function listFiles(root: string, options: WalkOptions = {}): Promise<string[]> {
  const entries = await walkTree(root, options);
  const isFile = ({ type }: WalkedEntry) => type === 'file' || type === 'symlink';
  return entries.filter(isFile).map(({ path }) => path);
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('unreadable', `cannot be read (${cause.code})`, {
      where: { file: directory },
      hint: readingHint(cause, 'Name a directory with the source of a driver.'),
      cause,
    });
  });
}

function typeOf(entry: Dirent): WalkedEntry['type'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'special';
}

function tooDeep(directory: string): InputError {
  return new InputError(
    'tree-too-deep',
    `more than ${MOST_LEVELS} directories lie in one another`,
    {
      where: { file: `${directory.slice(0, 120)}…` },
      hint: 'Name the directory of one driver, or take that directory away.',
    },
  );
}

function tooLarge(root: string, most: number): InputError {
  return new InputError('tree-too-large', `there are more than ${most} files and directories`, {
    where: { file: root },
    hint: 'Name the directory of one driver.',
  });
}
