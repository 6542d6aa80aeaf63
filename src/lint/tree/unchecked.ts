import { join } from 'node:path';
import type { Sources } from '../../facts/code/c-sources.ts';
import type { LintedConf, UnreadFile } from '../text/rule.ts';
import type { DebianFacts } from './debian-facts.ts';

/** Something that lint did not check, although it usually does. */
export interface Unchecked {
  /** The absolute path of the file that was not checked, or of the dkms.conf if `message` is not about one file. */
  readonly file: string;
  readonly message: string;
}

/**
 * Returns the files of the trees and of debian/ that were not read, and the limits that the tree exceeds. With
 * `tellsUnknownValues`, also returns each dkms.conf of which only bash could find the values.
 */
export function uncheckedFiles(
  directory: string,
  confs: readonly LintedConf[],
  debian: DebianFacts | undefined,
  sources: Sources | undefined,
  tellsUnknownValues: boolean,
): Unchecked[] {
  const found = new Map<string, Unchecked>();
  const add = (root: string, prefix: string, files: readonly UnreadFile[]) => {
    for (const { path, why } of files) {
      const file = join(root, path);
      found.set(file, { file, message: `lint did not check all of ${prefix}${path}: ${why}` });
    }
  };
  for (const { file, context } of confs) {
    const { tree, evaluation } = context;
    if (tellsUnknownValues && evaluation === undefined) {
      const message =
        'only bash could find the values of this dkms.conf, so no rule about values was applied';
      found.set(`${file} values`, { file, message });
    }
    if (tree !== undefined) add(tree.root, '', tree.unread);
    else found.set(file, { file, message: 'lint did not check the files around this dkms.conf' });
  }
  if (debian !== undefined) add(debian.directory, 'debian/', debian.unread);
  const limits = (sources?.limits ?? []).map((limit) => ({
    file: confs[0]?.file ?? directory,
    message: `lint ${limit}, so a MODULE_VERSION may not be known`,
  }));
  return [...found.values(), ...limits];
}
