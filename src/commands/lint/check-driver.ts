import { diffTexts } from '../../debianize/diff.ts';
import { limitSource } from '../../dkms/source/source-limits.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { type FixedFile, fixTree, writeFixes } from '../../lint/fix-tree.ts';
import { type LintOptions, lintTree } from '../../lint/lint-tree.ts';
import type { LintFinding, Severity } from '../../lint/text/rule.ts';
import { jsonText } from '../../report/json-text.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { readArchiveChoice, withStoreOf } from '../command-line/archive-choice.ts';
import { NO_ARCHIVES } from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readMaxSize } from '../command-line/driver-options.ts';
import { readOneKernel } from '../command-line/one-kernel.ts';
import { describeFindings, describeSummary } from './describe-findings.ts';
import { githubAnnotations } from './github.ts';
import type { LintArguments } from './lint-arguments.ts';
import { sarifLog } from './sarif.ts';

const ORDER: Readonly<Record<Severity | 'never', number>> = {
  info: 0,
  warning: 1,
  error: 2,
  never: 3,
};

/**
 * Finds mistakes in the dkms.conf files of a tree and in its debian/. With `fix`, makes the safe corrections (with
 * `dryRun` too, only shows them), and reports the remaining findings. The exit status is 1 if the severity of a finding
 * is `failOn` or higher.
 */
export async function checkDriver(
  args: LintArguments,
  context: CommandContext,
): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  if (!args.fix && (args.diff || args.dryRun)) {
    const option = args.diff ? '--diff' : '--dry-run';
    throw new UsageError(`${option} needs --fix`, {
      hint: `Leave ${option} out: without --fix, dkms-deb lint never writes.`,
    });
  }
  if (context.json && args.format !== 'text') {
    throw new UsageError(`--json and --format ${args.format} cannot be combined`, {
      hint: 'Leave one of the two options out.',
    });
  }
  const wish = { ...NO_ARCHIVES, kernel: [], ...args };
  const archives = await readArchiveChoice(wish);
  const work = async (scratch: string) => {
    const kernel = await readOneKernel(archives, wish.kernel, scratch, context.reporter);
    return lintFor(args, { conf: args.conf, evaluate: args.evaluate, kernel }, context);
  };
  return withStoreOf(archives, () => withTemporaryDirectory('lint', work));
}

async function lintFor(
  args: LintArguments,
  options: LintOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { fixed, result } = args.fix
    ? await fixTree(args.subject, options)
    : { fixed: [], result: await lintTree(args.subject, options) };
  const findings = result.findings;
  if (args.fix && !args.dryRun) await writeFixes(fixed);
  await report(args, context, fixed, findings, result.files);
  const failed = findings.some(({ severity }) => ORDER[severity] >= ORDER[args.failOn]);
  return {
    exitStatus: failed ? EXIT.failed : 0,
    document: {
      files: result.files.map(shownPath),
      findings: findings.map(toDocument),
      fixed: fixed.map(({ file, codes }) => ({ file: shownPath(file), codes })),
      summary: count(findings),
    },
  };
}

async function report(
  args: LintArguments,
  context: CommandContext,
  fixed: readonly FixedFile[],
  findings: readonly LintFinding[],
  files: readonly string[],
): Promise<void> {
  const { reporter } = context;
  for (const { file, before, after, codes } of fixed) {
    const shown = shownPath(file);
    reporter.note(`${args.dryRun ? 'would correct' : 'corrected'} ${shown}: ${codes.join(', ')}`);
    if (!args.diff) continue;
    const diff = await diffTexts(
      shown,
      Buffer.from(before, 'latin1'),
      Buffer.from(after, 'latin1'),
    );
    // With annotations or SARIF, stdout must have nothing else, so the diff is written to stderr.
    if (args.format === 'text') context.print(diff.trimEnd());
    else reporter.note(diff.trimEnd());
  }
  if (args.format === 'sarif') {
    context.print(jsonText(sarifLog(findings, shownPath)));
  } else if (args.format === 'github') {
    for (const line of githubAnnotations(findings, shownPath)) context.print(line);
  } else {
    for (const line of describeFindings(findings, shownPath, context.paint)) context.print(line);
  }
  reporter.note(describeSummary(count(findings), files.map(shownPath)));
}

function count(findings: readonly LintFinding[]): Record<'errors' | 'warnings' | 'infos', number> {
  const of = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  return { errors: of('error'), warnings: of('warning'), infos: of('info') };
}

function toDocument(finding: LintFinding) {
  const { code, severity, file, line, message, why, source, corrected, advice, fixable } = finding;
  return {
    code,
    severity,
    file: shownPath(file),
    line,
    message,
    why,
    source: line === undefined ? undefined : source,
    corrected,
    advice,
    fixable,
  };
}
