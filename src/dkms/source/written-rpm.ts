import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { MANIFEST } from './allowed-files.ts';

/**
 * Reads which files `init --rpm` wrote into rpm/ of a tree. The returned function says whether a path of the tree is
 * one of these files, or rpm/ with nothing else in it. Like debian/, these files are packaging: they are not source of
 * the driver, and no facts are read from them, because they contain what an earlier run found.
 */
export async function writtenRpm(root: string): Promise<(path: string) => boolean> {
  const directory = join(root, 'rpm');
  const written = await writtenFiles(directory);
  if (written.size === 0) return () => false;
  const names = await readdir(directory);
  const hasOthers = names.some((name) => !written.has(name));
  return (path) =>
    path === 'rpm' ? !hasOthers : path.startsWith('rpm/') && written.has(path.slice('rpm/'.length));
}

/** Returns the names of the files that init wrote into a directory; none if init did not write it. */
async function writtenFiles(directory: string): Promise<Set<string>> {
  try {
    const { files } = JSON.parse(await readTreeText(join(directory, MANIFEST))) as {
      files?: object;
    };
    return new Set([MANIFEST, ...Object.keys(files ?? {})]);
  } catch {
    return new Set();
  }
}
