import type { Fact } from '../../facts/fact.ts';
import type { LintedConf, RuleDescription, Trap } from '../text/rule.ts';
import type { DebianFacts } from './debian-facts.ts';
import type { ListedSource } from './listed-source.ts';
import type { OddFile } from './odd-files.ts';
import type { SourceGap } from './source-gaps.ts';

/** All that a rule about more than one file looks at. */
export interface TreeContext {
  /** Absolute. */
  readonly directory: string;
  readonly confs: readonly LintedConf[];
  readonly debian: DebianFacts | undefined;
  /** debian/<package>.install against the tree, where init wrote it. */
  readonly listed: ListedSource | undefined;
  /** Files that the build needs and that are not there. */
  readonly gaps: readonly SourceGap[];
  /** Versions that the tree states elsewhere than in dkms.conf: MODULE_VERSION, the tag at HEAD. */
  readonly versions: readonly Fact<string>[];
  /** Modules that the makefiles name, by conf; undefined where they could not be asked. */
  readonly kbuild: ReadonlyMap<LintedConf, readonly string[]>;
  /** Those whose MAKE goes into the headers of the kernel that runs. */
  readonly running: readonly LintedConf[];
  /** What is neither a file nor a link within the tree. */
  readonly odd: readonly OddFile[];
}

/** As Trap, with the file it is in (absolute). */
export interface TrapInTree extends Trap {
  readonly file: string;
}

export interface TreeRule extends RuleDescription {
  check(context: TreeContext): Iterable<TrapInTree>;
}
