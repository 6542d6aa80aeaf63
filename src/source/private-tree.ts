import { lstat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { allowedFiles } from '../dkms/source/allowed-files.ts';
import { copyEntries } from '../dkms/source/copy-entries.ts';
import { refusePrivateKeys } from '../dkms/source/private-key.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { listSourceTree } from '../dkms/source/source-tree.ts';
import { STAGING } from '../system/files/publish.ts';
import { isBelow, withoutResults } from './earlier-results.ts';

/** The contents of a source package. The tree and debian/ may be in different places. */
export interface PackageTree {
  readonly directory: string;
  /** The debian/ directory. It need not be in the tree. */
  readonly debian: string;
  /**
   * The names of the binary packages. Their directories debian/<name> are not source, because packages are staged
   * there.
   */
  readonly packageNames: readonly string[];
  /** Paths of the tree that are not source, such as the output directory of earlier builds. */
  readonly without?: readonly string[];
  /** Files with a private key that the user allows to be packed. */
  readonly allowed?: readonly string[];
}

/** Matches files that builds leave in debian/. `debian/rules clean` would remove them (dh_clean(1), debian/files). */
const TRACES =
  /^debian\/(files|files\.new|\.debhelper|debhelper-build-stamp|tmp|[^/]*\.(debhelper(\.log)?|substvars))(\/|$)/;

/**
 * Copies the contents of the source package to `target`: the files that listSourceTree returns, and debian/ without
 * files that builds leave. Files get the mode of packedMode. Times are kept. Returns the entries. Throws SystemError
 * `file-unreadable`, `copy-failed`; InputError `private-key`.
 */
export async function copyPackageTree(tree: PackageTree, target: string): Promise<SourceEntry[]> {
  const entries = await sourceEntries(tree.directory, tree.without);
  const files = entries.filter(({ type }) => type === 'file');
  await refusePrivateKeys(
    tree.directory,
    files.map(({ path }) => path),
    [...(await allowedFiles(tree.debian)), ...(tree.allowed ?? [])],
  );
  await copyEntries(tree.directory, entries, target, packedMode);
  const packaging = await packagingEntries(tree);
  await copyEntries(dirname(tree.debian), packaging, target, packedMode);
  const { mtimeMs } = await lstat(tree.directory);
  await utimes(target, mtimeMs / 1000, mtimeMs / 1000);
  return [...entries, ...packaging];
}

/**
 * Returns the mode of a file in a tarball: 0755 if it is executable, otherwise 0644, so that the umask does not change
 * a tarball.
 */
function packedMode({ mode }: SourceEntry): number {
  return mode & 0o111 ? 0o755 : 0o644;
}

/** Returns the entries of a tree that belong to a source package, except debian/ and the paths in `without`. */
export async function sourceEntries(
  directory: string,
  without: readonly string[] = [],
): Promise<SourceEntry[]> {
  const entries = await listSourceTree(directory, { withForge: true });
  return withoutResults(entries, without).filter(({ path }) => !path.startsWith(STAGING));
}

async function packagingEntries({ debian, packageNames }: PackageTree): Promise<SourceEntry[]> {
  const all = await listSourceTree(dirname(debian), { withPackaging: true, withForge: true });
  const isOfPackaging = (path: string) => isBelow(path, ['debian']) && !TRACES.test(path);
  const staged = new Set(
    all
      .filter(({ path, type }) => type === 'directory' && packageNames.includes(path.slice(7)))
      .map(({ path }) => path),
  );
  return all.filter(({ path }) => isOfPackaging(path) && !isBelow(path, [...staged]));
}
