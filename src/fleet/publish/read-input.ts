import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError, UsageError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { checkSuite } from '../../repository/repository-layout.ts';
import { shownPath } from '../../system/text/command-places.ts';
import type { Plan } from '../plan/plan-document.ts';
import { readPlan } from '../plan/plan-file.ts';
import type { BuildResult } from '../run/results-document.ts';
import { RESULTS_FILE } from '../run/results-file.ts';
import { isCommonPackage } from './choose-metas.ts';
import { type IncomingPackage, readIncoming } from './incoming-package.ts';
import { type Assigned, readPlannedResults } from './result-packages.ts';
import { suiteOf } from './suite-of.ts';

/** What is to be published. */
export interface PublishInput {
  readonly plan: Plan | undefined;
  readonly planFile: string | undefined;
  /** The directory of plan.json. Paths in the plan are relative to it. */
  readonly planDirectory: string | undefined;
  readonly packages: readonly Assigned[];
  /** The results of the tasks that were read; empty without a plan. */
  readonly builds: readonly BuildResult[];
}

export interface InputChoice {
  /** Paths: directories of results, directories of packages, packages. */
  readonly results: readonly string[];
  readonly plan?: string | undefined;
  /** The suite for packages that no results name. */
  readonly suite?: string | undefined;
}

/**
 * Reads results and packages. Throws the errors of readIncoming, readPlan and readPlannedResults. Also throws
 * InputError `no-such-file`, and UsageError for results without a plan, and for a package whose suite is not known.
 */
export async function readInput(choice: InputChoice, reporter: Reporter): Promise<PublishInput> {
  const places = choice.results.map((place) => resolve(place));
  const found: Found = { tasks: [], debs: [] };
  for (const place of places) await collect(place, found);
  const planFile = choice.plan ?? findPlan(places);
  if (planFile === undefined && found.tasks.length > 0) {
    throw new UsageError(`there is no plan for the results in ${shownPath(found.tasks[0] ?? '')}`, {
      hint: 'Name the plan.json from which these results were built: --plan FILE.',
    });
  }
  const plan = planFile === undefined ? undefined : await readPlan(planFile);
  const planned =
    plan === undefined || planFile === undefined
      ? { packages: [], builds: [] }
      : await readPlannedResults(found.tasks, plan, planFile, reporter);
  const packages = [...planned.packages];
  for (const file of found.debs) {
    const one = await readIncoming(file);
    const unsigned = packages.findIndex((other) => isSignedLater(one, other.one));
    // `one` replaces `other`: bmdeb-sign signed the modules of `other`, and wrote the result into another directory.
    if (unsigned >= 0) packages.splice(unsigned, 1);
    packages.push({ one, suites: suitesFor(one, choice.suite, plan), planned: unsigned >= 0 });
  }
  const planDirectory = planFile && dirname(resolve(planFile));
  const { builds } = planned;
  return { plan, planFile, planDirectory, packages: withoutRepeated(packages), builds };
}

/**
 * Leaves out repeated packages. Several builds write the package with the files for all kernels, and on machines with
 * other versions of xz its bytes differ. Of packages with the same contents, the first is published in the suites of
 * all of them.
 */
function withoutRepeated(packages: readonly Assigned[]): Assigned[] {
  const found = new Map<string, Assigned>();
  for (const each of packages) {
    const { one, suites } = each;
    const key = isCommonPackage(one) ? `${one.fileName} ${one.buildKey}` : one.file;
    const first = found.get(key);
    const all = new Set([...(first?.suites ?? []), ...suites]);
    found.set(key, { ...(first ?? each), suites: [...all] });
  }
  return [...found.values()];
}

/** The directories of tasks, and the packages outside of them. */
interface Found {
  readonly tasks: string[];
  readonly debs: string[];
}

/**
 * Adds the tasks and packages in a place to `found`. Packages in the directory of a task are not added here:
 * results.json names them.
 */
async function collect(place: string, found: Found): Promise<void> {
  const entry = await stat(place).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
    if (!isMissing) throw cause;
    throw new InputError('no-such-file', 'no such file or directory', {
      where: { file: place },
      hint: 'Name a package, a directory of packages, or a directory with results of run.',
      cause,
    });
  });
  if (!entry.isDirectory()) {
    found.debs.push(place);
    return;
  }
  if (existsSync(join(place, RESULTS_FILE))) {
    found.tasks.push(place);
    return;
  }
  for (const name of (await readdir(place)).sort()) {
    if (name.endsWith('.deb')) found.debs.push(join(place, name));
    else if (existsSync(join(place, name, RESULTS_FILE))) found.tasks.push(join(place, name));
  }
}

/** Returns the path of the first plan.json that is in one of the places, or at most two levels above it. */
function findPlan(places: readonly string[]): string | undefined {
  return places
    .flatMap((place) => [place, dirname(place), dirname(dirname(place))])
    .map((directory) => join(directory, 'plan.json'))
    .find((file) => existsSync(file));
}

/**
 * Whether `one` is the same build as `other`, but with other signatures: its name and key are the same, its signers
 * are not.
 */
function isSignedLater(one: IncomingPackage, other: IncomingPackage): boolean {
  return (
    one.fileName === other.fileName &&
    one.buildKey !== '' &&
    one.buildKey === other.buildKey &&
    one.moduleSigners !== '' &&
    one.moduleSigners !== other.moduleSigners
  );
}

/**
 * Returns the suites of a package that no results name: `suite` if it is given, else the suites for which the plan has
 * a build with the same key, or the same kernel. A package that fits no kernel, such as a -dkms package, is for all
 * suites of the plan. Throws UsageError if there is no plan.
 */
function suitesFor(
  one: IncomingPackage,
  suite: string | undefined,
  plan: Plan | undefined,
): string[] {
  if (suite !== undefined) return [checkSuite(suite)];
  const ids = new Set(
    (plan?.tasks ?? [])
      .flatMap(({ builds }) => builds)
      .filter(({ key }) => key === one.buildKey)
      .map(({ kernel }) => kernel),
  );
  const kernels = plan?.kernels ?? [];
  const known = kernels.filter(
    ({ id, release, architecture }) =>
      ids.has(id) || (release === one.kernelRelease && architecture === one.architecture),
  );
  const chosen = known.length > 0 ? known : kernels;
  const suites = new Set(chosen.map(({ base }) => suiteOf(plan, base)));
  if (suites.size > 0) return [...suites];
  throw new UsageError(`the suite of ${basename(one.file)} is not known`, {
    hint: 'Name the suite that the packages are for: --suite trixie.',
  });
}
