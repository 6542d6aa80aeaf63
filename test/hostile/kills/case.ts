import type { Random } from '../../support/random.ts';
import type { Command, Materials } from './commands.ts';
import type { State } from './stage.ts';

/** What a command does when nobody disturbs it. */
export interface Undisturbed {
  readonly before: State;
  readonly wanted: State;
  readonly seconds: number;
  /** A copy of the cache that it has filled. */
  readonly cache: string;
}

/** Where a case is played, and what with. */
export interface Site {
  /** For the stage, and whatever else the case needs; its own. */
  readonly directory: string;
  readonly random: Random;
  readonly materials: Materials;
  usual(command: Command): Promise<Undisturbed>;
}

export interface Verdict {
  /** What exactly was done, enough to do it again. */
  readonly label: string;
  /** What is wrong; none of a good one. */
  readonly problems: readonly string[];
}

/** One case of the campaign. */
export interface Case {
  /** The row of the table. */
  readonly kind: string;
  judge(site: Site): Promise<Verdict>;
}
