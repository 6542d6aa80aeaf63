import type { Fact } from '../../facts/fact.ts';
import type { LintedConf, RuleDescription, Trap } from '../text/rule.ts';
import type { DebianFacts } from './debian-facts.ts';
import type { ListedSource } from './listed-source.ts';
import type { OddFile } from './odd-files.ts';
import type { SourceGap } from './source-gaps.ts';
import type { Unchecked } from './unchecked.ts';

/** The input of a rule about more than one file. */
export interface TreeContext {
  /** The absolute path of the checked directory. */
  readonly directory: string;
  readonly confs: readonly LintedConf[];
  readonly debian: DebianFacts | undefined;
  /** The difference between the debian/<package>.install that init wrote and the files of the tree. */
  readonly listed: ListedSource | undefined;
  /** The files that a build needs, but that are missing. */
  readonly gaps: readonly SourceGap[];
  /** The versions that contradict dkms.conf: the one of MODULE_VERSION, and the one of the tag at HEAD. */
  readonly versions: readonly Fact<string>[];
  /**
   * The names of the modules in the makefiles of each dkms.conf. A dkms.conf whose tree is not complete has no entry.
   */
  readonly kbuild: ReadonlyMap<LintedConf, readonly string[]>;
  /** The dkms.conf files whose MAKE uses the headers of the running kernel. */
  readonly running: readonly LintedConf[];
  /** Files that are not regular, links to these, and links that lead out of the tree. */
  readonly odd: readonly OddFile[];
  /** What was not checked, and why. */
  readonly unchecked: readonly Unchecked[];
}

/** A mistake like a Trap, and the absolute path of the file that has it. */
export interface TrapInTree extends Trap {
  readonly file: string;
}

export interface TreeRule extends RuleDescription {
  check(context: TreeContext): Iterable<TrapInTree>;
}
