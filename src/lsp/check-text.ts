import { relative } from 'node:path';
import { referenceKernel } from '../kernel/reference-kernel.ts';
import { checkConf } from '../lint/check-conf.ts';
import { MOST_ROUNDS } from '../lint/fix-tree.ts';
import { applyEdits } from '../lint/text/edits.ts';
import type { LintFinding } from '../lint/text/rule.ts';
import { readContext } from '../lint/tree/conf-context.ts';
import type { DocumentPlace } from './document-place.ts';
import type { TreeMemory } from './tree-memory.ts';

/**
 * The largest text that is checked while it is being written, in bytes. The largest real dkms.conf has 12 KiB; some rules
 * take time for each pair of lines, and the editor waits.
 */
export const LARGEST_CHECKED = 64 * 1024;

/** The place of a document that is on no disk. No such file exists. */
const NOWHERE: DocumentPlace = { file: '/untitled/dkms.conf', tree: '/untitled' };

/**
 * Returns the findings in the text of a dkms.conf, which need not be saved. The text is latin1. Nothing of the tree is
 * run: the values are read if the file only sets variables.
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

/** Returns the text with all corrections that change nothing but what they are for, as lint --fix makes them. */
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

/** Whether a text is too large to be checked while it is being written. */
export function isTooLarge(text: string): boolean {
  return text.length > LARGEST_CHECKED || Buffer.byteLength(text, 'utf8') > LARGEST_CHECKED;
}
