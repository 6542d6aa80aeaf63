import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from '../report/reporter.ts';
import { applyPatches, hasPatches } from './dpkg-source.ts';
import { copyPackageTree, type PackageTree } from './private-tree.ts';
import { readSourcePackage } from './source-package.ts';

/**
 * Returns a directory in which debian/patches are applied, as `build` packs it: the tree itself if there are no patches
 * or no debian/changelog, or if the patches are already applied; otherwise the directory `copy`, which is made. Throws
 * the errors of readSourcePackage, copyPackageTree and applyPatches.
 */
export async function patchedTree(
  tree: PackageTree,
  copy: string,
  reporter: Reporter,
): Promise<string> {
  const { directory, debian } = tree;
  if (existsSync(join(directory, '.pc/applied-patches'))) return directory;
  if (!existsSync(join(debian, 'changelog'))) return directory;
  const source = await readSourcePackage(debian);
  if (!(await hasPatches(debian, source))) return directory;
  await copyPackageTree(tree, copy);
  await applyPatches(copy, { timestamp: source.latest.timestamp, reporter });
  return copy;
}
