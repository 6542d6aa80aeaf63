import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';

/** The most entries that are checked. Further entries are not checked. Each check takes some microseconds. */
const MOST_ENTRIES = 50_000;

/**
 * Returns the inode, size and ctime of `places` and of everything below them, for at most MOST_ENTRIES entries.
 * `places` are paths to which symlinks of a private copy lead. Writing to a file changes its ctime (inode(7)). In .git
 * only the entries that can name programs are checked, because git itself changes the other entries at any time.
 */
export function stateOf(places: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = [...places];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.size >= MOST_ENTRIES) break;
    if (basename(path) === '.git') {
      waiting.push(...['config', 'hooks', 'info'].map((name) => join(path, name)));
      continue;
    }
    const stat = statOf(path);
    if (stat === undefined) continue;
    found.set(path, `${stat.ino} ${stat.size} ${stat.ctimeMs}`);
    if (!stat.isDirectory()) continue;
    for (const { name } of list(path)) waiting.push(join(path, name));
  }
  return found;
}

/** Returns the first path whose state differs from `before`, or undefined if nothing changed. */
export function changedPlace(
  before: ReadonlyMap<string, string>,
  places: readonly string[],
): string | undefined {
  if (places.length === 0) return undefined;
  const after = stateOf(places);
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(path) !== after.get(path)) return path;
  }
  return undefined;
}

/**
 * Returns what lstat(2) says about a path. Returns undefined for a path that does not exist or cannot be reached:
 * dkms.conf cannot reach it, either.
 */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
