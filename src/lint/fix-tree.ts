import { chmod, lstat, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { writeWhole } from '../system/files/output.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import { ofTree } from '../system/text/command-places.ts';
import { type LintOptions, type LintResult, lintTree } from './lint-tree.ts';
import { applyEdits } from './text/edits.ts';

/**
 * A file that --fix changes, with its text before and after. The texts are decoded as latin1: one character for each
 * byte.
 */
export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** The codes of the corrected findings, each once. */
  readonly codes: readonly string[];
}

/**
 * The most rounds of corrections. Edits of one round that overlap are not all made, so several rounds may be needed. No
 * known file needed more than four.
 */
export const MOST_ROUNDS = 5;

/**
 * Makes the corrections of all findings that are `fixable`, but only in memory. Returns the corrected files, and the
 * findings that remain. All bytes of a file that do not belong to a correction stay as they are.
 */
export async function fixTree(
  subject: string,
  options: LintOptions,
): Promise<{ fixed: FixedFile[]; result: LintResult }> {
  const texts = new Map<string, string>();
  const originals = new Map<string, string>();
  const codes = new Map<string, Set<string>>();
  let result = await lintTree(subject, options);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fixable = result.findings.filter((finding) => finding.fixable);
    if (fixable.length === 0) break;
    for (const file of new Set(fixable.map((finding) => finding.file))) {
      const own = fixable.filter((finding) => finding.file === file);
      const text = texts.get(file) ?? (await readTreeText(file, 'latin1'));
      if (!originals.has(file)) originals.set(file, text);
      texts.set(
        file,
        applyEdits(
          text,
          own.flatMap(({ edits }) => edits),
        ),
      );
      const known = codes.get(file) ?? new Set();
      for (const { code } of own) known.add(code);
      codes.set(file, known);
    }
    result = await lintTree(subject, { ...options, texts });
  }
  const fixed = [...texts].map(([file, after]) => ({
    file,
    before: originals.get(file) ?? '',
    after,
    codes: [...(codes.get(file) ?? [])].sort(),
  }));
  return { fixed, result };
}

/**
 * Writes the corrected files. Each file keeps its mode, and is written completely or not at all. Throws InputError
 * `link-to-fix` before anything is written if one of the files is a link, because the target of the link may be outside
 * of the tree.
 */
export async function writeFixes(fixed: readonly FixedFile[]): Promise<void> {
  for (const { file } of fixed) {
    if (!(await lstat(file)).isSymbolicLink()) continue;
    throw new InputError('link-to-fix', 'is a link, and --fix does not write through links', {
      where: { file },
      hint: `Correct the target of the link: dkms-deb lint --fix${ofTree(resolve(dirname(file), await readlink(file)))}`,
    });
  }
  for (const { file, after } of fixed) {
    const { mode } = await stat(file);
    await writeWhole(file, async (temporary) => {
      await writeFile(temporary, after, 'latin1');
      await chmod(temporary, mode & 0o7777);
    });
  }
}
