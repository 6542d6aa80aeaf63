import { lutimes } from 'node:fs/promises';
import { join, posix } from 'node:path';
import fsExtra from 'fs-extra';
import { applyPlan } from '../../debianize/apply.ts';
import { isChange } from '../../debianize/decide-file.ts';
import { leftOutNotes } from '../../debianize/left-out-notes.ts';
import { planDebian } from '../../debianize/plan.ts';
import { refusePrivateKeys } from '../../dkms/source/private-key.ts';
import { readDriver } from '../../driver/read-driver.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { isBelow } from '../../source/earlier-results.ts';
import { treeTimestamp } from '../../source/tree-timestamp.ts';

/**
 * Writes the same debian/ that init would write, below `scratch`. Returns its path, and notes about files that are
 * not packed. The changelog entry has the date of the tree (treeTimestamp). `without` are results of earlier builds
 * in the tree.
 */
export async function generatePackaging(
  directory: string,
  without: readonly string[],
  scratch: string,
  allowFiles: readonly string[] = [],
): Promise<{ debian: string; notes: readonly string[] }> {
  const home = join(scratch, 'generated');
  const driver = await readDriver(directory, referenceKernel(), { choices: { allowFiles } });
  const root = driver.location.sourceRoot;
  await refusePrivateKeys(join(directory, root), driver.privateKeys);
  const entries = driver.entries.filter(({ path }) => !isBelow(posix.join(root, path), without));
  const timestamp = await treeTimestamp(join(directory, root), entries);
  // The tree may have an incomplete debian/, without a control file, but with patches or a watch file.
  const existing = join(directory, 'debian');
  await fsExtra.ensureDir(home);
  if (await fsExtra.pathExists(existing)) {
    await fsExtra.copy(existing, join(home, 'debian'), { preserveTimestamps: true });
  }
  const date = sourceTimestamp(timestamp);
  const plan = await planDebian({ ...driver, entries }, { style: 'dkms-deb', timestamp: date });
  const debian = join(home, 'debian');
  await applyPlan(home, plan);
  const written = plan.files.filter((file) => isChange(file) && file.action !== 'remove');
  // The files get the date of the tree, which is also the date of the changelog entry. dpkg-source only changes times
  // after that date. If the date is in the future, dpkg-source would keep the times at which the files were written,
  // and each package would be different.
  for (const { path } of written) await lutimes(join(debian, path), date, date);
  return { debian, notes: leftOutNotes(driver) };
}
