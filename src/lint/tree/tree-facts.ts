import { basename, join } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { DkmsDebError } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import type { TreeFacts } from '../text/rule.ts';

/** Matches the names of files other than makefiles that say how to build. */
const BUILD_FILE = /^(?:CMakeLists\.txt|meson\.build|configure(?:\.ac)?|autogen\.sh)$|\.sh$/;
const MAX_SIZE = 256 * 1024;

/**
 * Returns the files below `root` that may be source, also those for forges and developers. If the files cannot be
 * listed, throws the error, as `build` does. In two cases it returns undefined instead: for the error `unreadable`, and
 * if only one file is checked (`wholeTree` is false).
 */
export async function readTreeFacts(
  root: string,
  complete: boolean,
  wholeTree: boolean,
): Promise<TreeFacts | undefined> {
  let entries: SourceEntry[];
  try {
    entries = await listSourceTree(root, { withForge: true });
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    if (!wholeTree || error.code === 'unreadable') return undefined;
    throw error;
  }
  const files = new Map<string, boolean>();
  const makefiles: { path: string; text: string }[] = [];
  for (const { path, type, mode, size } of entries) {
    if (type === 'directory') continue;
    // A link is taken for executable, because its own mode does not show whether its target is executable.
    files.set(path, type === 'symlink' || (mode & 0o111) !== 0);
    if (type !== 'file' || size > MAX_SIZE || !saysHowToBuild(path)) continue;
    makefiles.push({ path, text: await textOf(join(root, path)) });
  }
  // If dkms.conf is alone in its directory, the directory is not the source: the files that dkms.conf names are
  // elsewhere.
  return { root, files, makefiles, complete: complete && files.size > 1 };
}

function saysHowToBuild(path: string): boolean {
  return ANY_MAKEFILE.test(path) || BUILD_FILE.test(basename(path));
}

async function textOf(file: string): Promise<string> {
  const bytes = await readTreeFile(file, MAX_SIZE).catch(() => undefined);
  return bytes?.toString('latin1') ?? '';
}
