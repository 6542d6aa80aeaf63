import { relative } from 'node:path';
import { referenceKernel } from '../kernel/reference-kernel.ts';
import { checkConf } from '../lint/check-conf.ts';
import { MOST_ROUNDS } from '../lint/fix-tree.ts';
import { applyEdits } from '../lint/text/edits.ts';
import type { LintFinding } from '../lint/text/rule.ts';
import { readContext } from '../lint/tree/conf-context.ts';
import type { DocumentPlace } from './document-place.ts';
import type { TreeMemory } from './tree-memory.ts';

/** The place that is assumed for a document that is not on the disk. No file has this path. */
const NOWHERE: DocumentPlace = { file: '/untitled/dkms.conf', tree: '/untitled' };

/**
 * Returns the findings in `text`, the text of a dkms.conf in latin1. The text need not be saved. Nothing of the tree is
 * run: the values are only known if the file does nothing but set variables.
 */
export async function checkText(
  text: string,
  place: DocumentPlace | undefined,
  memory: TreeMemory,
): Promise<LintFinding[]> {
  const { file, tree } = place ?? NOWHERE;
  const debian = place && (await memory.debian(tree));
  const { context, problem } = await readContext(file, text, {
    directory: tree,
    path: relative(tree, file),
    debian,
    evaluate: false,
    kernel: referenceKernel(),
    wholeTree: false,
    patience: { seconds: undefined },
    readTree: async (root, complete) => place && memory.files(root, complete),
  });
  return checkConf(file, context, problem);
}

/** Returns the text after all safe corrections. lint --fix makes the same corrections. */
export async function fixText(
  text: string,
  place: DocumentPlace | undefined,
  memory: TreeMemory,
): Promise<string> {
  let fixed = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const edits = (await checkText(fixed, place, memory))
      .filter(({ fixable }) => fixable)
      .flatMap((finding) => finding.edits);
    if (edits.length === 0) break;
    fixed = applyEdits(fixed, edits);
  }
  return fixed;
}
