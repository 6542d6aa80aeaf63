import { ArchiveError } from '../../errors.ts';
import { byteOrderKey, decodePath, encodePath, isUnicode, showPath } from '../bytes/path-bytes.ts';

/** The path of the tree's root. tar writes it as `./`. */
export const ROOT = '.';

/**
 * The longest name of a file in bytes: dpkg first unpacks it as NAME.dpkg-new, and a name has at most 255 bytes
 * (NAME_MAX). A longer name is refused.
 */
const MOST_NAME_BYTES = 255 - '.dpkg-new'.length;
/**
 * The longest path in bytes: PATH_MAX (4096) also counts the root directory, `.dpkg-new` and a NUL. A longer path is
 * refused.
 */
export const MOST_PATH_BYTES = 4000;

const HINT = 'Use a relative path that does not begin with ./ or end with / and has no .. in it.';

/**
 * Returns `path` in the form that the tree uses. Throws ArchiveError `path-not-allowed` for a path that problemOf
 * refuses: dpkg-deb refuses newlines (build.c), a NUL ends a name in tar, an absolute path or `..` would leave the
 * directory that dpkg unpacks into, and dpkg cannot unpack long paths or the names of its own temporary files. Throws
 * the errors of encodePath, too.
 */
export function checkPath(path: string): string {
  if (path === ROOT) return path;
  const problem = problemOf(path);
  if (problem !== undefined) {
    throw new ArchiveError('path-not-allowed', `${showPath(path)} cannot be packed: ${problem}`, {
      hint: HINT,
    });
  }
  // Two different strings can stand for the same bytes. They must not become two entries.
  return isUnicode(path) ? path : decodePath(encodePath(path));
}

function problemOf(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.includes('\0')) return 'it contains a NUL byte';
  if (path.includes('\n')) return 'it contains a newline, which dpkg-deb refuses';
  if (bytesOf(path) > MOST_PATH_BYTES) {
    return `it has ${bytesOf(path)} bytes, and dpkg can unpack at most ${MOST_PATH_BYTES}`;
  }
  for (const part of path.split('/')) {
    if (part === '') return 'it has an empty part';
    // dpkg uses names with these endings itself, and removes such files while it unpacks (archives.c, tarobject).
    if (/\.dpkg-(?:new|tmp)$/.test(part)) return 'dpkg uses such a name for its temporary files';
    if (bytesOf(part) > MOST_NAME_BYTES) {
      return `it has a name of ${bytesOf(part)} bytes, and dpkg can unpack at most ${MOST_NAME_BYTES}`;
    }
    if (part === '.' || part === '..') return `it has a part that is ${showPath(part)}`;
  }
  return undefined;
}

/**
 * Returns how many bytes a name has in the archive. For a short name, which cannot exceed MOST_NAME_BYTES, returns
 * the number of its characters, because that is faster.
 */
function bytesOf(name: string): number {
  return name.length * 3 <= MOST_NAME_BYTES ? name.length : encodePath(name).length;
}

/** Returns the directory that contains `path`. For the root, returns the root itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? ROOT : path.slice(0, slash);
}

/**
 * Returns a sort key for dpkg's order of paths (treewalk.c): depth first, the names in a directory
 * sorted by their bytes. Replacing `/` by the smallest byte gives this order for whole paths.
 */
export function treeOrderKey(path: string): string {
  return path === ROOT ? '' : byteOrderKey(path).replaceAll('/', '\0');
}
