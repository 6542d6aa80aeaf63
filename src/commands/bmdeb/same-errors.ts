import type { DkmsDebError } from '../../errors.ts';
import { isErrorLine } from '../../module/compile/make-log.ts';
import type { KernelOutcome } from '../../pipelines/bmdeb/kernel-outcome.ts';

/** An error, and the kernels whose builds failed with it. */
export interface SharedError {
  readonly error: DkmsDebError;
  readonly releases: readonly [string, ...string[]];
}

/**
 * Returns each different error of the outcomes once, with its kernels, in the order of the outcomes. Two failures of
 * make are the same error if their first error lines are equal. Other errors are the same if their code, message and
 * hint are equal.
 */
export function sameErrors(outcomes: readonly KernelOutcome[]): SharedError[] {
  const found = new Map<string, { error: DkmsDebError; releases: [string, ...string[]] }>();
  for (const { release, error } of outcomes) {
    if (error === undefined) continue;
    const cause = error.output.find(isErrorLine) ?? `${error.message}\n${error.hint}`;
    const key = `${error.code} ${cause}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { error, releases: [release] });
    else known.releases.push(release);
  }
  return [...found.values()];
}
