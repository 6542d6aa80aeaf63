import { existsSync } from 'node:fs';

const PLAN = 'plan.json';

/**
 * Returns the path of the plan.json in the current directory, where `plan` writes it, if a command was given nothing that
 * names a plan or a repository. Returns undefined otherwise, and if there is no such file.
 */
export function planHere(given: {
  readonly results: readonly string[];
  readonly plan?: string | undefined;
  readonly repo?: string | undefined;
}): string | undefined {
  const names = given.results.length > 0 || given.plan !== undefined || given.repo !== undefined;
  return !names && existsSync(PLAN) ? PLAN : undefined;
}
