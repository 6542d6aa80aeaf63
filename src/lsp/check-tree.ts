import { existsSync } from 'node:fs';
import { lintTree } from '../lint/lint-tree.ts';
import { TREE_RULES } from '../lint/registry.ts';
import type { LintFinding } from '../lint/text/rule.ts';
import type { DocumentPlace } from './document-place.ts';

/** The findings for which the text of one dkms.conf is not enough. */
export interface TreeFindings {
  /** The findings in the document itself. */
  readonly own: readonly LintFinding[];
  /** The findings in files of the tree that are not open: makefiles, files of debian/. */
  readonly others: readonly LintFinding[];
}

const OF_TREE = new Set(TREE_RULES.map(({ code }) => code));

/**
 * Checks a saved dkms.conf together with its tree. `texts` are the open documents by path, in latin1. With `evaluate`,
 * bash runs dkms.conf, and make evaluates the makefiles. `own` then has all findings in the document, because more
 * values are known. Without `evaluate`, `own` has only the findings that checkText does not find. Returns no findings
 * if the dkms.conf is not on the disk.
 */
export async function checkTree(
  { file, tree }: DocumentPlace,
  texts: ReadonlyMap<string, string>,
  evaluate: boolean,
): Promise<TreeFindings> {
  if (!existsSync(file)) return { own: [], others: [] };
  const options = { conf: file, texts, evaluate, tellsUnknownValues: false } as const;
  const { findings } = await lintTree(tree, options);
  return {
    own: findings.filter((one) => one.file === file && (evaluate || OF_TREE.has(one.code))),
    others: findings.filter((one) => one.file !== file && !texts.has(one.file)),
  };
}
