import { ArchiveError } from '../../errors.ts';
import { decodePath, encodePath, isUnicode, showPath } from '../bytes/path-bytes.ts';

/** The path of the tree's own root; tar writes it as `./`. */
export const ROOT = '.';

/** dpkg writes NAME.dpkg-new first, and a file system takes 255 bytes (NAME_MAX). */
const MOST_NAME_BYTES = 255 - '.dpkg-new'.length;
/** PATH_MAX is 4096, with the root, `.dpkg-new` and a NUL. */
export const MOST_PATH_BYTES = 4000;

const HINT = 'Paths in a package are relative, without ./ in front, .. or / at the end.';

/**
 * Returns `path` in the one form in which the tree keeps it, or throws ArchiveError
 * `path-not-allowed`: dpkg-deb refuses newlines (build.c), a NUL ends a name in tar, and
 * absolute or `..` paths would leave the root that dpkg unpacks into.
 */
export function checkPath(path: string): string {
  if (path === ROOT) return path;
  const problem = problemOf(path);
  if (problem !== undefined) {
    throw new ArchiveError('path-not-allowed', `${showPath(path)} cannot be packed: ${problem}`, {
      hint: HINT,
    });
  }
  // Two spellings of one byte string must not become two entries.
  return isUnicode(path) ? path : decodePath(encodePath(path));
}

function problemOf(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.includes('\0')) return 'it contains a NUL byte';
  if (path.includes('\n')) return 'it contains a newline, which dpkg-deb refuses';
  if (bytesOf(path) > MOST_PATH_BYTES) {
    return `it has ${bytesOf(path)} bytes, dpkg can unpack ${MOST_PATH_BYTES}`;
  }
  for (const part of path.split('/')) {
    if (part === '') return 'it has an empty part';
    // dpkg removes what lies under these names while it unpacks (archives.c, tarobject).
    if (/\.dpkg-(?:new|tmp)$/.test(part)) return 'its name is one that dpkg works with';
    if (bytesOf(part) > MOST_NAME_BYTES) {
      return `it has a name of ${bytesOf(part)} bytes, dpkg can unpack ${MOST_NAME_BYTES}`;
    }
    if (part === '.' || part === '..') return `it has a part that is ${showPath(part)}`;
  }
  return undefined;
}

/** Bytes in the archive; short names are not encoded to be counted. */
function bytesOf(name: string): number {
  return name.length * 3 <= MOST_NAME_BYTES ? name.length : encodePath(name).length;
}

/** The directory that holds `path`; the root holds itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? ROOT : path.slice(0, slash);
}

/**
 * A key whose order in JavaScript is dpkg's (treewalk.c): depth first, each directory's names
 * sorted by strcmp. With `/` as the smallest byte that is the order of the whole paths.
 */
export function treeOrderKey(path: string): string {
  return path === ROOT ? '' : encodePath(path).toString('latin1').replaceAll('/', '\0');
}
