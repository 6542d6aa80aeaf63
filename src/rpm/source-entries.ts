import { posix } from 'node:path';
import { leadsOut } from '../dkms/source/leads-out.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { readSourceTree } from '../dkms/source/source-tree.ts';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';
import { isCleanedAway } from '../package/rules/dh-clean.ts';

/**
 * Returns the contents of the tarball from which the RPM package is built, with paths in the tree: of DKMS's source the
 * files that the Debian package has, so that `cp -pR` packs the same; beside it, if it is a folder of the tree, all
 * other source.
 */
export async function rpmSourceEntries(driver: Driver): Promise<SourceEntry[]> {
  const prefix = sourcePrefix(driver.location);
  const own = driver.entries.map((entry) => ({ ...entry, path: posix.join(prefix, entry.path) }));
  if (prefix === '') return own;
  const { entries } = await readSourceTree(driver.directory, { withListed: false });
  const beside = entries.filter(
    (entry) => !entry.path.startsWith(prefix) && !isCleanedAway(entry.path) && !leadsOut(entry),
  );
  return [...beside, ...own];
}
