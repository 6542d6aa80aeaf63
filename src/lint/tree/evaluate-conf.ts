import { dirname } from 'node:path';
import { complaintsOf, readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf, scalar } from '../../dkms/conf/evaluate.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { dkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import { readStaticConf } from '../../dkms/conf/static-conf.ts';
import {
  asksForVersion,
  fillPlaceholders,
  type Placeholder,
} from '../../driver/conf/placeholders.ts';
import { ConfError, DkmsDebError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { isFullDisk } from '../../system/process/no-room.ts';
import { isSameInBothRounds, readFirstRound } from '../text/first-round.ts';
import type { ConfEvaluation } from '../text/rule.ts';

/** The kernel for which dkms.conf is evaluated. If the kernel has no headers, `config` is undefined. */
export type LintKernel = EvaluationContext['kernel'] & Partial<Pick<KernelHeaders, 'config'>>;

/**
 * The most complaints that are reported. Of further complaints only the number is given, because a gap in an array
 * causes a complaint for each missing index.
 */
const MOST_COMPLAINTS = 20;

/**
 * Matches anything in a file that may depend on the working directory. A file without a match is evaluated in one
 * directory only.
 */
const LOOKS_AROUND = /[`*?<]|\$\(|PWD|~|\[ |\b(?:test|source|cd|pushd|eval)\b|^[ \t]*\.\s/m;

/**
 * Evaluates `text` as the contents of `file` for a kernel: once in the directory of the file, and once in another
 * directory. Words replace the placeholders. Throws ConfError if the file cannot be evaluated.
 */
export async function evaluateForLint(
  file: string,
  text: string,
  placeholders: readonly Placeholder[],
  kernel: LintKernel,
  timeoutSeconds?: number,
): Promise<ConfEvaluation> {
  const filled = withStandIns(text, placeholders);
  const bytes = Buffer.from(filled, 'latin1');
  const time = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  const context: EvaluationContext = { kernel, cwd: dirname(file), ...time };
  const evaluated = await evaluateConf(file, context, bytes);
  const identity = {
    name: scalar(evaluated, 'PACKAGE_NAME') ?? '',
    version: scalar(evaluated, 'PACKAGE_VERSION') ?? '',
  };
  const [elsewhere, firstRound] = await Promise.all([
    LOOKS_AROUND.test(filled)
      ? evaluateConf(file, { ...context, cwd: '/' }, bytes).catch(ifConfError)
      : evaluated,
    isSameInBothRounds(filled)
      ? { values: evaluated.values, badExpressions: [] }
      : readFirstRound(file, { ...context, identity }, bytes).catch(withoutFirstRound),
  ]);
  return { kernel, evaluated, elsewhere, firstRound, ...readAsDkms(evaluated, kernel) };
}

/**
 * Returns the same as evaluateForLint, but runs nothing. Returns undefined if only bash could find out all values. The
 * result does not say which regular expressions are invalid, because only bash could find that out.
 */
export function readForLint(
  file: string,
  text: string,
  placeholders: readonly Placeholder[],
  kernel: LintKernel,
): ConfEvaluation | undefined {
  const filled = withStandIns(text, placeholders);
  const read = (identity?: EvaluationContext['identity']) =>
    readStaticConf(file, filled, dkmsVariables({ kernel, ...(identity && { identity }) }));
  const first = read().conf;
  const { conf: evaluated, complete } = read({
    name: scalar(first, 'PACKAGE_NAME') ?? '',
    version: scalar(first, 'PACKAGE_VERSION') ?? '',
  });
  if (!complete) return undefined;
  const firstRound = { values: evaluated.values, badExpressions: [] };
  const known = { kernel, evaluated, elsewhere: evaluated, firstRound };
  return { ...known, ...readAsDkms(evaluated, kernel) };
}

/** Returns the contents of the file as DKMS reads them, and the complaints of DKMS. */
function readAsDkms(
  evaluated: ConfEvaluation['evaluated'],
  { release, machine, config }: LintKernel,
): Pick<ConfEvaluation, 'conf' | 'complaints' | 'moreComplaints'> {
  const all = complaintsOf(evaluated);
  const complaints = all.slice(0, MOST_COMPLAINTS);
  const moreComplaints = all.length - complaints.length;
  try {
    const conf = readConf(evaluated, { release, machine, config });
    return { conf, complaints, moreComplaints };
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
    return { conf: undefined, complaints, moreComplaints };
  }
}

/** Returns the text of a dkms.conf with a word instead of each placeholder. */
function withStandIns(text: string, placeholders: readonly Placeholder[]): string {
  const words = placeholders.map((found, i) => [found.text, standIn(found, i)] as const);
  return fillPlaceholders(text, new Map(words));
}

/**
 * Returns a word that replaces a placeholder. The word is valid as the value. Where any word is valid, each placeholder
 * gets a different word.
 */
function standIn(placeholder: Placeholder, index: number): string {
  if (placeholder.fills === 'DEST_MODULE_LOCATION') return '/updates';
  return asksForVersion(placeholder) ? '0' : `word${index}`;
}

/**
 * Returns an empty first round instead of one that could not be read, because the other evaluations are useful without
 * it. Throws `error` again if it means that the disk is full, or if it is a bug.
 */
function withoutFirstRound(error: unknown): ConfEvaluation['firstRound'] {
  if (error instanceof DkmsDebError && !isFullDisk(error))
    return { values: new Map(), badExpressions: [] };
  throw error;
}

function ifConfError(error: unknown): undefined {
  if (error instanceof ConfError) return undefined;
  throw error;
}
