import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readConfText } from '../dkms/conf/read-conf-text.ts';
import { readSources } from '../facts/code/c-sources.ts';
import { referenceKernel } from '../kernel/reference-kernel.ts';
import { holdLinksWithin } from '../system/files/tree-bounds.ts';
import { refusalOf } from '../system/process/refusal.ts';
import { checkConf } from './check-conf.ts';
import { collector, sorted } from './lint-report.ts';
import { TREE_RULES } from './registry.ts';
import { ConfText } from './text/conf-text.ts';
import type { LintedConf, LintFinding, Trap } from './text/rule.ts';
import { readContext } from './tree/conf-context.ts';
import { confFiles } from './tree/conf-files.ts';
import { withoutCopies } from './tree/copies.ts';
import { type DebianFacts, readDebianFacts } from './tree/debian-facts.ts';
import type { LintKernel } from './tree/evaluate-conf.ts';
import { listedSource } from './tree/listed-source.ts';
import { findOddFiles } from './tree/odd-files.ts';
import { sourceGaps } from './tree/source-gaps.ts';
import type { TreeContext } from './tree/tree-rule.ts';
import { uncheckedFiles } from './tree/unchecked.ts';
import { kbuildModules, runningKernelConfs, statedVersions } from './tree-witnesses.ts';

export interface LintOptions {
  /** If set, only this dkms.conf is checked. */
  readonly conf?: string | undefined;
  /**
   * Whether bash may run dkms.conf, and make may evaluate the makefiles. If false, these files are only read. If
   * reading alone does not give the values of a dkms.conf, only the rules that need nothing but its text are applied.
   */
  readonly evaluate: boolean;
  /**
   * If false, a dkms.conf whose values only bash could find is not reported as `not-checked`. The language server sets
   * this option, because it says once that it does not run bash.
   */
  readonly tellsUnknownValues?: false;
  /** The kernel for which dkms.conf and the makefiles are evaluated. By default the reference kernel. */
  readonly kernel?: LintKernel | undefined;
  /**
   * Texts of dkms.conf files, by their absolute paths. They are checked instead of the contents of the files. They are
   * decoded as latin1. Texts of other files are not used.
   */
  readonly texts?: ReadonlyMap<string, string>;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** The absolute paths of the dkms.conf files that were checked. */
  readonly files: readonly string[];
}

/**
 * Checks every dkms.conf of a tree and the debian/ of the tree. `subject` is the directory of the tree. If it is a
 * dkms.conf, only this file is checked. Writes nothing. Throws ConfError `no-conf` (exit status 4) if there is no
 * dkms.conf.
 */
export async function lintTree(subject: string, options: LintOptions): Promise<LintResult> {
  const isFile = await stat(subject).then(
    (found) => found.isFile(),
    () => false,
  );
  const given = isFile ? resolve(subject) : options.conf;
  const directory = resolve(isFile ? dirname(subject) : subject);
  holdLinksWithin(directory);
  const debian = isFile ? undefined : await readDebianFacts(directory);
  const sources = await readSources(directory).catch((error: unknown) => {
    // The directory cannot be read, but perhaps the dkms.conf in it can.
    if (refusalOf(error) === undefined) throw error;
    return undefined;
  });
  const files = await confFiles(directory, given, sources, debian);
  const kernel = options.kernel ?? referenceKernel();
  const findings: LintFinding[] = [];
  const confs: LintedConf[] = [];
  const patience = { seconds: undefined };
  for (const file of files) {
    const text = options.texts?.get(file) ?? (await readConfText(file));
    const path = relative(directory, file);
    const { context, problem } = await readContext(file, text, {
      directory,
      path,
      debian,
      wholeTree: !isFile,
      patience,
      ...options,
      kernel,
    });
    confs.push({ file, path, context });
    findings.push(...checkConf(file, context, problem));
  }
  const tells = !options.evaluate && options.tellsUnknownValues !== false;
  const unchecked = uncheckedFiles(directory, confs, debian, sources, tells);
  const context: TreeContext = {
    directory,
    confs,
    debian,
    listed: await listedSource(directory, debian),
    // Which files debian/ packs is known only after bash has evaluated the packaged dkms.conf.
    gaps:
      options.evaluate || debian?.control === undefined
        ? await sourceGaps(directory, confs, debian, unchecked)
        : [],
    versions: sources === undefined ? [] : await statedVersions(directory, sources, confs),
    kbuild: options.evaluate ? await kbuildModules(directory, confs, kernel) : new Map(),
    running: options.evaluate ? await runningKernelConfs(directory, confs, unchecked) : [],
    odd: isFile ? [] : await findOddFiles(directory),
    unchecked,
  };
  for (const rule of TREE_RULES) {
    for (const { file, ...trap } of rule.check(context)) {
      if (isReported(trap, file, findings)) continue;
      const text = textOf(file, confs, debian);
      collector(file, text, findings)(rule, trap);
    }
  }
  const texts = confs.map(({ file, context }) => ({ file, text: context.text.text }));
  return { findings: sorted(await withoutCopies(directory, texts, findings)), files };
}

/** Whether an earlier rule has already reported that the script of MAKE or of a hook is missing. */
function isReported(
  { missingScript }: Trap,
  file: string,
  findings: readonly LintFinding[],
): boolean {
  if (missingScript === undefined) return false;
  return findings.some((one) => one.file === file && one.missingScript === missingScript);
}

/**
 * Returns the text of a file in which a rule of TREE_RULES found a mistake: a dkms.conf, a makefile, or a file of
 * debian/.
 */
function textOf(
  file: string,
  confs: readonly LintedConf[],
  debian: DebianFacts | undefined,
): ConfText {
  for (const { file: own, context } of confs) {
    if (own === file) return context.text;
    const { root, makefiles } = context.tree ?? { root: '', makefiles: [] };
    const makefile = makefiles.find(({ path }) => join(root, path) === file);
    if (makefile !== undefined) return new ConfText(makefile.text);
  }
  return new ConfText(debian?.files.get(basename(file)) ?? '');
}
