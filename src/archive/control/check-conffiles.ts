import { ArchiveError } from '../../errors.ts';
import { decodePath, encodePath, showPath } from '../bytes/path-bytes.ts';
import type { PackedPaths } from '../tar/packed-paths.ts';

const FLAG = 'remove-on-upgrade';
/** dpkg's line buffer of MAXCONFFILENAME - 2 holds a newline and a NUL, too (unpack.c). */
const MOST_LINE_BYTES = 996;

/**
 * Checks a conffiles control file (deb-conffiles(5)) as dpkg-deb does (build.c, check_conffiles):
 * ArchiveError `conffiles` where it would stop, and also where it only warns (a name twice, not a
 * regular file), because dpkg on the target then does something else than was meant.
 */
export function checkConffiles(bytes: Buffer, tree: PackedPaths): void {
  if (bytes.includes(0)) throw problem(1, 'there is a NUL byte');
  const lines = decodePath(bytes).split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  const seen = new Set<string>();
  lines.forEach((line, index) => {
    const report = (what: string) => problem(index + 1, what);
    if (line.trim() === '') throw report('empty lines are not allowed');
    if (/^\s|\s$/.test(line)) {
      throw report('a name must not have white space in front or at the end');
    }
    if (encodePath(line).length > MOST_LINE_BYTES) throw report('the line is too long');
    const removed = line.startsWith(`${FLAG} `);
    const name = removed ? line.slice(FLAG.length + 1) : line;
    if (!name.startsWith('/')) {
      throw report(
        `${showPath(name)} is not an absolute path${name.includes(' ') ? ` or ${FLAG}` : ''}`,
      );
    }
    if (seen.has(name)) throw report(`${showPath(name)} is there twice`);
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
    hint: 'One absolute path of a packed regular file a line (deb-conffiles(5)).',
    where: { file: 'conffiles', line },
  });
}
