import type { SourceTree } from './source-tree.ts';

/** One sentence and what to do about it. */
export interface SourceWarning {
  readonly message: string;
  readonly hint: string;
}

/** What a person should know of a tree's source before it is packed. */
export function sourceWarnings(
  tree: Pick<SourceTree, 'untracked' | 'named' | 'missing'>,
): SourceWarning[] {
  const warnings: SourceWarning[] = [];
  if (tree.untracked.length > 0) {
    warnings.push({
      message: `not in git, so not packed: ${some(tree.untracked)}`,
      hint: 'Run git add for what belongs to the driver; add the rest to .gitignore.',
    });
  }
  if (tree.named.length > 0) {
    warnings.push({
      message: `not in git, but packed, as the source names it: ${some(tree.named)}`,
      hint: 'Run git add --force for it, so that every clone has it.',
    });
  }
  if (tree.missing.length > 0) {
    warnings.push({
      message: `not packed, as these git submodules are not checked out: ${some(tree.missing)}`,
      hint: 'Run git submodule update --init --recursive',
    });
  }
  return warnings;
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ');
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown;
}
