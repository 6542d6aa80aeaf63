import { gitIn } from '../../system/text/command-places.ts';
import { shellLine } from '../../system/text/shell-word.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { SourceTree } from './source-tree.ts';

/** A warning and its hint. */
export interface SourceWarning {
  readonly message: string;
  readonly hint: string;
}

/** Returns warnings for the user about the source of a tree that will be packed. `directory` is the tree. */
export function sourceWarnings(
  tree: Pick<SourceTree, 'untracked' | 'named' | 'missing' | 'gone' | 'refusal'>,
  directory: string,
): SourceWarning[] {
  const git = gitIn(directory);
  const warnings: SourceWarning[] = [];
  if (tree.refusal !== undefined) {
    warnings.push({
      message: `git cannot read this repository, so only the names of files decide what is source: ${tree.refusal}`,
      hint: `Repair the repository (${git} fsck), or remove .git.`,
    });
  }
  if (tree.untracked.length > 0) {
    warnings.push({
      message: `not in git, so not packed: ${some(tree.untracked)}`,
      hint: `Run ${git} add -- FILE for files of the driver, and add the others to .gitignore.`,
    });
  }
  if (tree.named.length > 0) {
    warnings.push({
      message: `not in git, but packed because the source names it: ${some(tree.named)}`,
      hint: `Add the files, so that every clone has them: ${git} add --force -- ${shellLine(tree.named)}`,
    });
  }
  if (tree.gone.length > 0) {
    warnings.push({
      message: `in git, but missing on the disk, so not packed: ${some(tree.gone)}`,
      hint: `Restore the files with: ${git} restore -- ${shellLine(tree.gone)}; or remove the files from git with git rm.`,
    });
  }
  if (tree.missing.length > 0) {
    warnings.push({
      message: `these git submodules are not packed, because they are not checked out, or git cannot read them: ${some(tree.missing)}`,
      hint: `Run ${git} submodule update --init --recursive`,
    });
  }
  return warnings;
}

function some(paths: readonly string[]): string {
  return someNames(paths, 10);
}
