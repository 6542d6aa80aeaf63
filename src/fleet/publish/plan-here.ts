import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { isUrl } from '../../repository/repository-layout.ts';
import type { Plan } from '../plan/plan-document.ts';
import { readPlan } from '../plan/plan-file.ts';

const PLAN = 'plan.json';

/**
 * Returns the path of the plan.json in the current directory, where `plan` writes it by default. A command uses this
 * plan if it was given neither results nor a plan. Returns undefined if the command was given one of these, or if there
 * is no such file. If the command was given a repository, the plan must name the same repository; otherwise, and if the
 * plan cannot be read, returns undefined. If the command was also given the keys of the repository, nothing of the plan
 * is needed, and the result is undefined, too.
 */
export async function planHere(
  given: {
    readonly results: readonly string[];
    readonly plan?: string | undefined;
    readonly repo?: string | undefined;
    readonly key: readonly string[];
  },
  reporter: Reporter,
): Promise<string | undefined> {
  if (given.results.length > 0 || given.plan !== undefined || !existsSync(PLAN)) return undefined;
  if (given.repo === undefined) return PLAN;
  if (given.key.length > 0) return undefined;
  const plan = await readPlan(PLAN).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    reporter.note(`${PLAN} is not used: ${error.message}.`);
    return undefined;
  });
  return plan !== undefined && isOf(plan, given.repo) ? PLAN : undefined;
}

/** Whether a repository, named by its directory or URL, is the one that the plan in the current directory names. */
function isOf({ repository = {} }: Plan, given: string): boolean {
  const { path, url } = repository;
  const plain = (text: string) => text.replace(/\/+$/, '');
  if (isUrl(given)) return url !== undefined && plain(given) === plain(url);
  return path !== undefined && realPlace(given) === realPlace(path);
}

function realPlace(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
