import type { Complaint } from '../../dkms/conf/complaint.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { EvaluatedConf } from '../../dkms/conf/evaluate.ts';
import type { ConfText } from './conf-text.ts';
import type { FirstRound } from './first-round.ts';

/**
 * How bad a mistake is. `error`: the driver fails on some systems. `warning`: the line possibly does not do what the
 * author wanted. `info`: the user should know it, but nothing fails.
 */
export type Severity = 'error' | 'warning' | 'info';

/** The description of a rule, for reports, the documentation and SARIF. */
export interface RuleDescription {
  /** The name of the rule, in kebab-case. The user writes it in the comment `# dkms-deb: ignore CODE`. */
  readonly code: string;
  readonly severity: Severity;
  /** A heading of a few words that names the mistake. */
  readonly title: string;
  /** What happens, and which document or code shows it: one to three sentences. */
  readonly why: string;
  /** Example lines with the problem (`bad`) and without it (`good`). */
  readonly bad: string;
  readonly good: string;
  /** Set if `--fix` corrects mistakes that this rule finds. */
  readonly fixable?: true;
  /** Set if DKMS ignores or deprecates what the rule is about. Editors strike out the text that its findings mark. */
  readonly outdated?: true;
}

/** A range of a text, given by offsets, and the text that replaces it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A mistake that a rule found in one file. */
export interface Trap {
  /** The number of the line, from 1. Undefined if the mistake is about the whole file. */
  readonly line?: number | undefined;
  readonly message: string;
  /**
   * The edits that correct the mistake. Reports show the lines after these edits; --fix makes the edits if the rule is
   * fixable.
   */
  readonly edits?: readonly Edit[];
  /**
   * What the user should do. Set if the rule has no edits that correct the mistake, or if the edits need an
   * explanation.
   */
  readonly advice?: string;
  /**
   * The path of the script, if the mistake is that a script is missing. If two rules report the same script, only the
   * first report is kept.
   */
  readonly missingScript?: string | undefined;
}

/** A mistake with all data that a report needs. */
export interface LintFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  /** The absolute path of the file. */
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
  /** The text of the line, unchanged. '' if the finding is not about one line. */
  readonly source: string;
  /**
   * The text of the lines after the correction. '' if the correction removes them; undefined if there is no correction.
   */
  readonly corrected: string | undefined;
  readonly advice: string | undefined;
  /** Whether --fix corrects the mistake. */
  readonly fixable: boolean;
  readonly edits: readonly Edit[];
  readonly outdated?: true;
  readonly missingScript?: string | undefined;
  /** The numbers of the first and the last line that `corrected` replaces. */
  readonly firstLine?: number;
  readonly lastLine?: number;
}

/** A file that lint did not read, or of which it read only a part. */
export interface UnreadFile {
  /** The path of the file, relative to the directory that was read. */
  readonly path: string;
  /** What is the matter with the file, such as `has 300000 bytes; lint reads at most 262144`. */
  readonly why: string;
}

/** The files around a dkms.conf. */
export interface TreeFacts {
  /** The absolute path of the directory that DKMS gets as the source. */
  readonly root: string;
  /** For each file, by its path relative to `root`: whether the file is executable. */
  readonly files: ReadonlyMap<string, boolean>;
  /** The makefiles, and other files that say how to build, such as configure and shell scripts. */
  readonly makefiles: readonly { readonly path: string; readonly text: string }[];
  /** Files that would be in `makefiles`, but that were not read, and why. */
  readonly unread: readonly UnreadFile[];
  /**
   * Whether the tree is known to have all files of the source. False if a script of the project may add files to it.
   */
  readonly complete: boolean;
}

/** The results of evaluating a dkms.conf. */
export interface ConfEvaluation {
  readonly kernel: { readonly release: string; readonly directory: string };
  readonly evaluated: EvaluatedConf;
  /** The values if the file is evaluated in another working directory. Undefined if that evaluation fails. */
  readonly elsewhere: EvaluatedConf | undefined;
  readonly firstRound: FirstRound;
  /** The contents of the file as DKMS reads them. Undefined if DKMS refuses the file. */
  readonly conf: DkmsConf | undefined;
  /** The complaints of DKMS about the file, 20 at most, and the number of the others. */
  readonly complaints: readonly Complaint[];
  readonly moreComplaints: number;
}

/** The input of a rule about one dkms.conf. */
export interface ConfContext {
  readonly text: ConfText;
  /**
   * The results of evaluating the file. Undefined if the evaluation failed, or if bash may not run the file and only
   * bash could find the values.
   */
  readonly evaluation: ConfEvaluation | undefined;
  readonly tree: TreeFacts | undefined;
  /**
   * Whether dh_dkms reads this file: debian/rules does not call `dkms-deb build`, and the file is a
   * debian/<package>.dkms, or a debian/<package>.dkms names it.
   */
  readonly dhDkms: boolean;
  /** Whether debian/rules calls dh_dkms with -V. */
  readonly dhDkmsVersion: boolean;
  /** Whether this file is itself a debian/<package>.dkms. */
  readonly packaged: boolean;
  /** The placeholders that a script of the project replaces by values, as they are written in the file. */
  readonly placeholders: readonly { readonly text: string; readonly line: number }[];
}

export interface ConfRule extends RuleDescription {
  check(context: ConfContext): Iterable<Trap>;
}

/** A dkms.conf, and what the rules need to know about it. */
export interface LintedConf {
  /** The absolute path of the file. */
  readonly file: string;
  /** The path of the file, relative to the tree: `dkms.conf`, `debian/foo-dkms.dkms`. */
  readonly path: string;
  readonly context: ConfContext;
}
