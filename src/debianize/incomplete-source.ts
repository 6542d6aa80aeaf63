import { join } from 'node:path';
import type { Driver } from '../driver/read-driver.ts';
import { filesOfTree } from '../kbuild/directory-files.ts';
import { missingFiles } from '../kbuild/missing-files.ts';
import { enumerate } from '../module/verify/finding.ts';
import { buildCommandOf } from '../package/dkms/complete-source.ts';
import { describe } from '../package/dkms/describe-missing.ts';
import { hintOfTree } from '../package/dkms/missing-file-hint.ts';

/** A message about files that a build of the driver needs, but that its source does not have. */
export interface IncompleteSource {
  readonly message: string;
  readonly hint: string;
  /** Whether every build needs the files. */
  readonly certain: boolean;
}

/**
 * Returns messages about missing files. Reads the makefiles of the source, as `build` and `verify` read the makefiles
 * of a package. Nothing is run.
 */
export function incompleteSource({
  directory,
  location,
  entries,
  conf,
}: Driver): IncompleteSource[] {
  const root = join(directory, location.sourceRoot);
  const missing = missingFiles(filesOfTree(root, entries), buildCommandOf(conf));
  const where = location.sourceRoot === '' ? 'the source' : location.sourceRoot;
  return [true, false].flatMap((certain) => {
    const [first, ...others] = missing.filter((one) => one.certain === certain);
    if (first === undefined) return [];
    const files = enumerate([first, ...others].map(describe));
    const message = certain
      ? `${where} cannot be compiled: ${files}`
      : `${where} may lack files that some builds need: ${files}`;
    const hint =
      hintOfTree(first, root) ??
      (certain
        ? 'Add what is missing to the source, or name the dkms.conf of another folder with --conf.'
        : 'Ignore this if the build makes the files, or needs them only for other kernels.');
    return [{ message, hint, certain }];
  });
}
