import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, readingHint } from '../../errors.ts';
import { causeOf } from '../process/refusal.ts';
import { isNotUtf8, notUtf8 } from './not-utf8.ts';

/** A file, directory, link or special file of a directory tree. */
export interface WalkedEntry {
  /** The path, relative to the tree, with `/` between its parts. */
  readonly path: string;
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'special';
}

export interface WalkOptions {
  /** Returns whether the contents of a directory are listed. */
  readonly enter?: (directory: WalkedEntry) => boolean;
  /** The most entries that the tree may have. A tree with more entries is an error. */
  readonly maxEntries?: number;
}

/**
 * The most entries of a tree by default. A tree with more is an error. The Linux kernel has about 90 000 files, a
 * driver fewer than 9 000.
 */
const MOST_ENTRIES = 400_000;
/**
 * The most levels of nested directories. A deeper tree is an error. The deepest source package of Debian has 30 levels.
 * PATH_MAX also limits the depth.
 */
export const MOST_LEVELS = 200;

/**
 * Lists everything below a directory. Each directory comes before its contents, and names are sorted by code units.
 * Symbolic links are listed, but not followed, so links cannot form a cycle. Throws InputError `unreadable`,
 * `tree-too-deep` or `tree-too-large`, because an untrusted tree must not use up memory or time.
 */
export async function walkTree(root: string, options: WalkOptions = {}): Promise<WalkedEntry[]> {
  const { enter = () => true, maxEntries = MOST_ENTRIES } = options;
  const found: WalkedEntry[] = [];
  const waiting: (WalkedEntry & { readonly depth: number })[] = [];
  const open = async (path: string, depth: number) => {
    if (depth > MOST_LEVELS) throw tooDeep(join(root, path));
    const entries = await entriesOf(join(root, path));
    // The entries are put on the stack in descending order, because the last one is taken first.
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

/** Lists the paths of all files and symbolic links below a directory, in the order of walkTree. */
export async function listFiles(root: string, options: WalkOptions = {}): Promise<string[]> {
  const entries = await walkTree(root, options);
  const isFile = ({ type }: WalkedEntry) => type === 'file' || type === 'symlink';
  return entries.filter(isFile).map(({ path }) => path);
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (isNotUtf8(directory)) throw notUtf8(directory);
    throw new InputError('unreadable', `cannot read the directory: ${causeOf(cause)[0]}`, {
      where: { file: directory },
      hint: readingHint(cause, 'Name the source directory of a driver.'),
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
    `directories are nested more than ${MOST_LEVELS} levels deep`,
    {
      where: { file: `${directory.slice(0, 120)}…` },
      hint: 'Name the directory of one driver, or remove this directory.',
    },
  );
}

function tooLarge(root: string, most: number): InputError {
  return new InputError('tree-too-large', `the tree has more than ${most} files and directories`, {
    where: { file: root },
    hint: 'Name the directory of one driver.',
  });
}
