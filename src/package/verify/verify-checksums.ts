import { decodePath, showPath } from '../../archive/bytes/path-bytes.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import type { PackageContents } from './verify-contents.ts';

/**
 * The md5sums control file (deb-md5sums(5)) against the files: every one but the conffiles stands in it
 * once, with its digest. What does not is not noticed by `dpkg -V` when it changes later.
 */
export function verifyChecksums({ deb, digests }: PackageContents): Finding[] {
  const conffiles = new Set(
    decodePath(deb.control.get('conffiles') ?? Buffer.alloc(0)).split('\n'),
  );
  const unlisted = new Set([...digests.keys()].filter((path) => !conffiles.has(`/${path}`)));
  const md5sums = deb.control.get('md5sums');
  if (md5sums === undefined && unlisted.size > 0) {
    const message = 'it has no md5sums: dpkg -V has nothing to compare with';
    return [{ level: 'error', code: 'no-md5sums', message }];
  }
  const listed = new Set<string>();
  const wrong: string[] = [];
  const twice: string[] = [];
  for (const line of decodePath(md5sums ?? Buffer.alloc(0)).split('\n')) {
    if (line === '') continue;
    const [, digest, path = line] = /^([0-9a-f]{32}) {2}(.+)$/su.exec(line) ?? [];
    if (listed.has(path)) twice.push(showPath(path));
    listed.add(path);
    unlisted.delete(path);
    if (digest === undefined || digests.get(path) !== digest) wrong.push(showPath(path));
  }
  const missing = [...unlisted].map(showPath);
  const findings = [
    ...about('wrong-md5sums', 'md5sums is wrong for', wrong),
    ...about('missing-md5sums', 'md5sums does not have', missing),
    ...about('repeated-md5sums', 'md5sums has more than once', twice),
  ];
  if (findings.length > 0) return findings;
  return [{ level: 'ok', code: 'md5sums', message: `md5sums: ${digests.size} files` }];
}

function about(code: string, what: string, paths: readonly string[]): Finding[] {
  if (paths.length === 0) return [];
  return [{ level: 'error', code, message: `${what} ${enumerate(paths)}` }];
}
