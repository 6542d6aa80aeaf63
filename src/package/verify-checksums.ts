import { decodePath, showPath } from '../archive/path-bytes.ts';
import { enumerate, type Finding } from '../module/finding.ts';
import type { PackageContents } from './verify-contents.ts';

/** The md5sums control file (deb-md5sums(5)) against the files: what `dpkg -V` will say later. */
export function verifyChecksums({ deb, digests }: PackageContents): Finding[] {
  const md5sums = deb.control.get('md5sums');
  if (md5sums === undefined) {
    const message = 'it has no md5sums: dpkg -V has nothing to compare with';
    return [{ level: 'warning', code: 'no-md5sums', message }];
  }
  const conffiles = new Set(
    decodePath(deb.control.get('conffiles') ?? Buffer.alloc(0)).split('\n'),
  );
  const unlisted = new Set(digests.keys());
  const wrong: string[] = [];
  for (const line of decodePath(md5sums).split('\n')) {
    if (line === '') continue;
    const [, digest, path = line] = /^([0-9a-f]{32}) {2}(.+)$/su.exec(line) ?? [];
    unlisted.delete(path);
    if (digest === undefined || digests.get(path) !== digest) wrong.push(showPath(path));
  }
  const missing = [...unlisted].filter((path) => !conffiles.has(`/${path}`)).map(showPath);
  const findings: Finding[] = [];
  if (wrong.length > 0) {
    const message = `md5sums is wrong for ${enumerate(wrong)}`;
    findings.push({ level: 'error', code: 'wrong-md5sums', message });
  }
  if (missing.length > 0) {
    const message = `md5sums does not have ${enumerate(missing)}`;
    findings.push({ level: 'warning', code: 'missing-md5sums', message });
  }
  if (findings.length > 0) return findings;
  return [{ level: 'ok', code: 'md5sums', message: `md5sums: ${digests.size} files` }];
}
