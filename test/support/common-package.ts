import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { commonFilesOf } from '../../src/package/modules/common-files.ts';
import { stageCommonPackage } from '../../src/package/modules/common-package.ts';
import { writePackage } from '../../src/package/staged-package.ts';
import { helloDescription } from './module-build.ts';

/** The driver hello, and the files that the modules for all kernels share. */
export interface TestCommon {
  readonly version: string;
  readonly paths: readonly string[];
  readonly text: string;
}

/** Returns a tree with these files; those below hooks/ are executable. */
export function treeOf({ paths, text }: Pick<TestCommon, 'paths' | 'text'>): StagedTree {
  const tree = new StagedTree(0);
  for (const path of paths) {
    const mode = path.includes('/hooks/') ? 0o755 : 0o644;
    tree.addFile(path, { bytes: Buffer.from(`${text}\n`), mode });
  }
  return tree;
}

/** Writes hello-modules-common as bmdeb does, and returns its path. */
export async function writeCommon(directory: string, common: TestCommon): Promise<string> {
  const files = commonFilesOf(treeOf(common), 0);
  if (files === undefined) throw new Error('no files for the package');
  const driver = helloDescription(common.version);
  const staged = await stageCommonPackage('hello', files, driver, { timestamp: 1_764_000_000 });
  return writePackage(staged, directory);
}
