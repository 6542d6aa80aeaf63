import { decodePath, showPath } from '../../archive/bytes/path-bytes.ts';
import { error, type Finding, findingAbout, ok } from '../../module/verify/finding.ts';
import type { PackageContents } from './package-contents.ts';

/**
 * Checks the control file md5sums (deb-md5sums(5)). md5sums must list each file once, except the conffiles, with the
 * right checksum. If a file is not listed, `dpkg -V` does not notice that the file was changed later.
 */
export function verifyChecksums({ deb, digests }: PackageContents): Finding[] {
  const conffiles = new Set(
    decodePath(deb.control.get('conffiles') ?? Buffer.alloc(0)).split('\n'),
  );
  const unlisted = new Set([...digests.keys()].filter((path) => !conffiles.has(`/${path}`)));
  const md5sums = deb.control.get('md5sums');
  if (md5sums === undefined && unlisted.size > 0) {
    const message = 'the package has no md5sums, so dpkg -V cannot check its files';
    return [error('no-md5sums', message)];
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
    ...findingAbout(
      'error',
      'wrong-md5sums',
      'lines of md5sums that are wrong (another checksum, no such file, or malformed)',
      wrong,
    ),
    ...findingAbout('error', 'missing-md5sums', 'files missing in md5sums', missing),
    ...findingAbout('error', 'repeated-md5sums', 'files listed more than once in md5sums', twice),
  ];
  if (findings.length > 0) return findings;
  return [ok('md5sums', `md5sums matches all ${listed.size} files that it lists`)];
}
