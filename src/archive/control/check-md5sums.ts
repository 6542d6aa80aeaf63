import { ArchiveError } from '../../errors.ts';
import { decodePath, showPath } from '../bytes/path-bytes.ts';
import type { PackedPaths } from '../tar/packed-paths.ts';

const LINE = /^[0-9a-f]{32} {2}(.+)$/su;

/**
 * Checks the form of the control file md5sums (deb-md5sums(5)): lines `<hex>  <path>`, where each
 * path is a packed file and does not begin with ./ or /. Does not compare the digests. Throws
 * ArchiveError `md5sums`.
 */
export function checkMd5sums(bytes: Buffer, tree: PackedPaths): void {
  const lines = decodePath(bytes).split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  lines.forEach((line, index) => {
    const path = LINE.exec(line)?.[1];
    if (path === undefined) throw problem(index + 1, `${showPath(line)} is not "<md5>  <path>"`);
    const type = tree.get(path)?.type;
    if (type === 'file' || type === 'hardlink') return;
    throw problem(index + 1, `${showPath(path)} is ${type ? `a ${type}` : 'not in the package'}`);
  });
}

function problem(line: number, what: string): ArchiveError {
  return new ArchiveError('md5sums', `md5sums: ${what}`, {
    hint: 'Write the paths of packed files, without ./ or / before them (deb-md5sums(5)).',
    where: { file: 'md5sums', line },
  });
}
