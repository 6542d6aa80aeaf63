import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Larger files are known by size and time alone. */
const LARGEST_READ = 1024 * 1024;

/** What a tree is like: path to type, mode, owner, contents; '.git' aside but for its names. */
export function snapshot(directory: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const entry of list(join(directory, path))) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      found.set(below, describe(join(directory, below)));
      if (entry.isDirectory()) waiting.push(below);
    }
  }
  return found;
}

/** The paths that are new, gone or changed. */
export function changes(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

function describe(file: string): string {
  const stat = lstatSync(file);
  const who = `${(stat.mode & 0o177777).toString(8)} ${stat.uid}`;
  if (stat.isSymbolicLink()) return `${who} ${readlinkSync(file)}`;
  if (!stat.isFile()) return who;
  if (stat.size > LARGEST_READ) return `${who} ${stat.size} ${stat.mtimeMs}`;
  return `${who} ${createHash('md5').update(readFileSync(file)).digest('hex')}`;
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
