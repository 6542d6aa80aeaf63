import { basename, join } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { DkmsDebError } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { reasonOf } from '../../system/process/refusal.ts';
import type { TreeFacts, UnreadFile } from '../text/rule.ts';

/** Matches the names of files other than makefiles that say how to build. */
const BUILD_FILE = /^(?:CMakeLists\.txt|meson\.build|configure(?:\.ac)?|autogen\.sh)$|\.sh$/;
/** The largest makefile that is read, in bytes. */
const LARGEST_MAKEFILE = 256 * 1024;
/**
 * The largest other file that is read, in bytes. It may be larger than a makefile, because rules only search these
 * files for words. A configure of Autoconf often has more than a megabyte.
 */
const LARGEST_OTHER = 4 * 1024 * 1024;

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
  const unread: UnreadFile[] = [];
  for (const { path, type, mode } of entries) {
    if (type === 'directory') continue;
    // A link is taken for executable, because its own mode does not show whether its target is executable.
    files.set(path, type === 'symlink' || (mode & 0o111) !== 0);
    const most = largestOf(path);
    if (type !== 'file' || most === undefined) continue;
    try {
      const text = (await readTreeFile(join(root, path), most)).toString('latin1');
      makefiles.push({ path, text });
    } catch (error) {
      unread.push({ path, why: reasonOf(error) });
    }
  }
  // If dkms.conf is alone in its directory, the directory is not the source: the files that dkms.conf names are
  // elsewhere.
  return { root, files, makefiles, unread, complete: complete && files.size > 1 };
}

/** Returns how many bytes a file may have to be read. Returns undefined for a file that does not say how to build. */
function largestOf(path: string): number | undefined {
  if (ANY_MAKEFILE.test(path)) return LARGEST_MAKEFILE;
  return BUILD_FILE.test(basename(path)) ? LARGEST_OTHER : undefined;
}
