import { posix } from 'node:path';
import { leadsOut } from '../dkms/source/leads-out.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { readSourceTree } from '../dkms/source/source-tree.ts';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';
import { isCleanedAway } from '../package/rules/dh-clean.ts';

/**
 * Returns the entries of the tarball from which the RPM package is built, with paths relative to the tree. The spec
 * packs the source directory of the driver with `cp -pR`. So the tarball must have the same files in this directory as
 * the Debian package. If the directory is only a folder of the tree, the tarball also has the other source files of the
 * tree, except links that lead out and files that dh_clean removes.
 */
export async function rpmSourceEntries(driver: Driver): Promise<SourceEntry[]> {
  const prefix = sourcePrefix(driver.location);
  const own = driver.entries.map((entry) => ({ ...entry, path: posix.join(prefix, entry.path) }));
  if (prefix === '') return own;
  const { entries } = await readSourceTree(driver.directory, { withListed: false });
  const beside = entries.filter(
    (entry) =>
      !entry.path.startsWith(prefix) && !isCleanedAway(entry.path, entry.type) && !leadsOut(entry),
  );
  return [...beside, ...own];
}
