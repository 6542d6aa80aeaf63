import { existsSync } from 'node:fs';
import { lintTree } from '../lint/lint-tree.ts';
import { TREE_RULES } from '../lint/registry.ts';
import type { LintFinding } from '../lint/text/rule.ts';
import type { DocumentPlace } from './document-place.ts';

/** The findings that more than the text of one dkms.conf is needed for. */
export interface TreeFindings {
  /** Those in the document itself. */
  readonly own: readonly LintFinding[];
  /** Those in other files of the tree: makefiles, files of debian/. */
  readonly others: readonly LintFinding[];
}

const OF_TREE = new Set(TREE_RULES.map(({ code }) => code));

/**
 * Checks a saved dkms.conf together with its tree. `texts` are open documents by path, in latin1. With `evaluate`,
 * bash runs dkms.conf and make the makefiles. Then all findings in the document are returned, because bash knows
 * more values; otherwise only those that the text alone does not give.
 */
export async function checkTree(
  { file, tree }: DocumentPlace,
  texts: ReadonlyMap<string, string>,
  evaluate: boolean,
): Promise<TreeFindings> {
  if (!existsSync(file)) return { own: [], others: [] };
  const { findings } = await lintTree(tree, { conf: file, texts, evaluate });
  return {
    own: findings.filter((one) => one.file === file && (evaluate || OF_TREE.has(one.code))),
    others: findings.filter((one) => one.file !== file && !texts.has(one.file)),
  };
}
