/** What came of one input. `agree` is right; `strict` is right, too, and counted apart; the others are bad. */
export interface Judged {
  readonly kind: string;
  /** `agree`, `strict`, or in a word what is bad: `accepts`, `crash`, `hang` … */
  readonly outcome: string;
  readonly detail: string;
  /** Of the commands that ran, where the part measures them: otherwise it is the worker that is measured. */
  readonly seconds?: number;
  readonly mib?: number;
}

/** One hostile input, ready to be held against the tools. */
export interface HostileInput {
  /** `GROUP` or `GROUP: which`; figures are told by group. */
  readonly kind: string;
  judge(): Promise<Judged>;
}

/** A part of `npm run hostile`: same seed and index, same input. */
export interface HostilePart {
  /** Inputs of a whole run. */
  readonly count: number;
  /** The runner ends the worker if one input takes more seconds, as Meter counts them, or the worker more memory. */
  readonly mostSeconds: number;
  readonly mostMib: number;
  /** What `strict` means in this part, for the head of the table; undefined: it has no such outcome. */
  readonly strict?: string;
  /** Prepares the input in `scratch`, an empty directory of its own. */
  input(seed: number, index: number, scratch: string): Promise<HostileInput>;
  /** An input that a person names, where the part can judge files. */
  file?(file: string, scratch: string): HostileInput;
}

/** Is an outcome one that the run fails for? */
export function isBad({ outcome }: Judged): boolean {
  return outcome !== 'agree' && outcome !== 'strict';
}
