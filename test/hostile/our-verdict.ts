import { DkmsDebError } from '../../src/errors.ts';
import { type PackageContents, readContents } from '../../src/package/verify/package-contents.ts';
import { verifyPackage } from '../../src/package/verify/verify-package.ts';
import type { Listing } from './dpkg-verdict.ts';

export interface OurVerdict {
  readonly takes: boolean;
  /** The codes of what was found. */
  readonly codes: readonly string[];
  readonly tree: Listing;
}

/**
 * What `verify` says to a package, and the tree that it listed. An error that is not ours is a bug and gets through.
 */
export async function askVerify(deb: string): Promise<OurVerdict> {
  try {
    const contents = await readContents(deb);
    const report = await verifyPackage(contents, [contents], { evaluate: false });
    const findings = [...report.findings, ...report.modules.flatMap(({ findings }) => findings)];
    const errors = findings.filter(({ level }) => level === 'error').map(({ code }) => code);
    return { takes: errors.length === 0, codes: errors, tree: listing(contents) };
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return { takes: false, codes: [error.code], tree: new Map() };
  }
}

function listing({ entries, digests }: PackageContents): Listing {
  const found = new Map<string, string>();
  for (const { path, type, mode, uid, gid, owner, group, target } of entries) {
    if (path === '.') continue;
    const who = `${owner === 'root' ? 0 : uid}:${group === 'root' ? 0 : gid}`;
    const how = `${(mode & 0o7777).toString(8)} ${who}`;
    if (type === 'directory') found.set(path, `directory ${how}`);
    else if (type === 'symlink') found.set(path, `symlink ${who} ${target}`);
    else if (type === 'file' || type === 'hardlink') {
      found.set(path, `file ${how} ${digests.get(path)}`);
    } else found.set(path, `special ${how}`);
  }
  return found;
}
