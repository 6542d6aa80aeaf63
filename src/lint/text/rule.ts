import type { Complaint } from '../../dkms/conf/complaint.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { EvaluatedConf } from '../../dkms/conf/evaluate.ts';
import type { ConfText } from './conf-text.ts';
import type { FirstRound } from './first-round.ts';

/** Errors break the driver somewhere; warnings surprise; infos are worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** What a rule is, for the report, the documentation and SARIF. */
export interface RuleDescription {
  /** kebab-case; what `# dkms-deb: ignore CODE` names. */
  readonly code: string;
  readonly severity: Severity;
  /** A few words, as a heading. */
  readonly title: string;
  /** What happens and where that is laid down: one to three sentences. */
  readonly why: string;
  /** Lines that have it and lines that do not. */
  readonly bad: string;
  readonly good: string;
  /** `--fix` corrects it. */
  readonly fixable?: true;
}

/** A piece of the text, by offsets, and what is to stand there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What a rule found in one file. */
export interface Trap {
  /** From 1; undefined: it is about the file as a whole. */
  readonly line?: number | undefined;
  readonly message: string;
  /** The correction, shown as the corrected line; made by --fix where the rule is fixable. */
  readonly edits?: readonly Edit[];
  /** What to write where no edit of this file does it. */
  readonly advice?: string;
  /** The script that is missing: of two rules that miss the same one, only the first reports it. */
  readonly missingScript?: string | undefined;
}

/** A found trap with all that a report needs. */
export interface LintFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  /** Absolute. */
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
  /** The line as it is; '' where there is none. */
  readonly source: string;
  /** The corrected lines; '' where they are to go. undefined where no edit of this file does it. */
  readonly corrected: string | undefined;
  readonly advice: string | undefined;
  /** --fix does it. */
  readonly fixable: boolean;
  readonly edits: readonly Edit[];
  readonly missingScript?: string | undefined;
  /** The lines that `corrected` stands for. */
  readonly firstLine?: number;
  readonly lastLine?: number;
}

/** What the files around a dkms.conf tell. */
export interface TreeFacts {
  /** Absolute: the source that DKMS gets. */
  readonly root: string;
  /** Path relative to the source that DKMS gets → is it executable? */
  readonly files: ReadonlyMap<string, boolean>;
  readonly makefiles: readonly { readonly path: string; readonly text: string }[];
  /** False where the project's own installer puts the source together: a missing file may come from it. */
  readonly complete: boolean;
}

/** What bash made of the file. */
export interface ConfEvaluation {
  readonly kernel: { readonly release: string; readonly directory: string };
  readonly evaluated: EvaluatedConf;
  /** The same from another working directory; undefined where that fails. */
  readonly elsewhere: EvaluatedConf | undefined;
  readonly firstRound: FirstRound;
  /** undefined where DKMS refuses it. */
  readonly conf: DkmsConf | undefined;
  /** DKMS's complaints, at most 20. */
  readonly complaints: readonly Complaint[];
}

/** What a rule about one dkms.conf looks at. */
export interface ConfContext {
  readonly text: ConfText;
  /** undefined: not evaluated (--no-evaluate, or bash cannot read it). */
  readonly evaluation: ConfEvaluation | undefined;
  readonly tree: TreeFacts | undefined;
  /** dh_dkms reads this very file: it is debian/<package>.dkms, or the file that one names. */
  readonly dhDkms: boolean;
  /** debian/rules calls it with -V. */
  readonly dhDkmsVersion: boolean;
  /** It is debian/<package>.dkms itself. */
  readonly packaged: boolean;
  /** Placeholders that a project's own script fills in, as they stand in the text. */
  readonly placeholders: readonly { readonly text: string; readonly line: number }[];
}

export interface ConfRule extends RuleDescription {
  check(context: ConfContext): Iterable<Trap>;
}

/** A dkms.conf that was looked at. */
export interface LintedConf {
  /** Absolute. */
  readonly file: string;
  /** Relative to the tree: `dkms.conf`, `debian/foo-dkms.dkms`. */
  readonly path: string;
  readonly context: ConfContext;
}
