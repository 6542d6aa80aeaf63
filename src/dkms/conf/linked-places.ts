import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** More is not looked at: each look costs some microseconds. */
const MOST_ENTRIES = 50_000;

/**
 * What places are like that links of a private place lead to, by the times of their entries; contents that are
 * written change them (inode(7), ctime). Of .git what names programs: the rest other runs of git change at any time.
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
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    found.set(path, `${stat.ino} ${stat.size} ${stat.ctimeMs}`);
    if (!stat.isDirectory()) continue;
    for (const { name } of list(path)) waiting.push(join(path, name));
  }
  return found;
}

/** The first path that is not as it was. */
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

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
