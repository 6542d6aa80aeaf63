import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { askGit } from '../../source/git.ts';

/** `hello_1.0-1_amd64.changes`, `hello_1.0.orig.tar.xz`: files of packages, Policy 5.6.12. */
const PACKAGE_FILE =
  /^[a-z0-9][a-z0-9+.-]+_\d[^_/]*(?:_[a-z0-9-]+)?\.(?:dsc|changes|buildinfo|deb|tar\.[a-z0-9]+(?:\.asc)?)$/;

/**
 * What earlier builds may have put into the tree, as paths of it: the output directory that lies there, or
 * the packages' files where the tree itself is the output directory. What git has is source.
 */
export async function earlierResults(directory: string, output: string): Promise<string[]> {
  const path = relative(directory, output);
  if (path.startsWith('..')) return [];
  const names = path === '' ? await readdir(directory).catch(() => []) : [path];
  const candidates = path === '' ? names.filter((name) => PACKAGE_FILE.test(name)) : names;
  if (candidates.length === 0) return [];
  const tracked = await askGit(directory, ['ls-files', '--', ...candidates]);
  const kept = (tracked ?? '').split('\n').filter(Boolean);
  return candidates.filter(
    (candidate) => !kept.some((file) => file === candidate || file.startsWith(`${candidate}/`)),
  );
}
