import { ArchiveError } from '../../errors.ts';
import { decodePath, encodePath, showPath } from '../bytes/path-bytes.ts';
import type { PackedPaths } from '../tar/packed-paths.ts';

const FLAG = 'remove-on-upgrade';
/**
 * The longest line that dpkg can read: it calls fgets with MAXCONFFILENAME - 2 (998), which includes the newline and a
 * NUL (unpack.c). A longer line is an error.
 */
const MOST_LINE_BYTES = 996;

/**
 * Checks the control file conffiles (deb-conffiles(5)) as dpkg-deb does (build.c, check_conffiles).
 * Throws ArchiveError `conffiles` for everything that dpkg-deb refuses. A name that occurs twice or
 * is not a regular file is refused, too: dpkg-deb only warns, but dpkg would mishandle it.
 */
export function checkConffiles(bytes: Buffer, tree: PackedPaths): void {
  if (bytes.includes(0)) throw problem(1, 'the file contains a NUL byte');
  const lines = decodePath(bytes).split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  const seen = new Set<string>();
  lines.forEach((line, index) => {
    const report = (what: string) => problem(index + 1, what);
    if (line.trim() === '') throw report('empty lines are not allowed');
    if (/^\s|\s$/.test(line)) {
      throw report('a name must not begin or end with white space');
    }
    if (encodePath(line).length > MOST_LINE_BYTES) throw report('the line is too long');
    const removed = line.startsWith(`${FLAG} `);
    const name = removed ? line.slice(FLAG.length + 1) : line;
    if (!name.startsWith('/')) {
      throw report(
        name.includes(' ')
          ? `${showPath(name)} begins with neither / nor ${FLAG}`
          : `${showPath(name)} is not an absolute path`,
      );
    }
    if (seen.has(name)) throw report(`${showPath(name)} is listed twice`);
    seen.add(name);
    const type = tree.get(name.slice(1))?.type;
    if (removed && type !== undefined) throw report(`${showPath(name)} has ${FLAG} but is packed`);
    if (removed) return;
    if (type === undefined) throw report(`${showPath(name)} is not in the package`);
    if (type !== 'file' && type !== 'hardlink') throw report(`${showPath(name)} is a ${type}`);
  });
}

function problem(line: number, what: string): ArchiveError {
  return new ArchiveError('conffiles', `conffiles: ${what}`, {
    hint: 'Write one absolute path of a packed regular file per line (deb-conffiles(5)).',
    where: { file: 'conffiles', line },
  });
}
