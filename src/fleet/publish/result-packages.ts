import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { Plan } from '../plan/plan-document.ts';
import type { BuildResult, TaskResults } from '../run/results-document.ts';
import { RESULTS_FILE, readAnyResults } from '../run/results-file.ts';
import { type IncomingPackage, readIncoming } from './incoming-package.ts';
import { suiteOf } from './suite-of.ts';

/** A package and the suites that it belongs to. */
export interface Assigned {
  readonly one: IncomingPackage;
  readonly suites: readonly string[];
  /** Whether results of the plan name the package, or the package from which bmdeb-sign made it. */
  readonly planned: boolean;
}

/** The packages and builds of a plan's tasks. */
interface PlannedResults {
  readonly packages: readonly Assigned[];
  readonly builds: readonly BuildResult[];
}

/**
 * Reads the results of tasks in directories. Results of other plans are left out with a warning. Throws InputError
 * `results-other-plan` if all results are of other plans, although the plan has tasks; `results-differ` if a package is
 * not the one that results.json names; and the errors of readAnyResults and readIncoming.
 */
export async function readPlannedResults(
  directories: readonly string[],
  plan: Plan,
  planFile: string,
  reporter: Reporter,
): Promise<PlannedResults> {
  const packages: Assigned[] = [];
  const builds: BuildResult[] = [];
  const others: string[] = [];
  const tasks = new Set<string>();
  for (const directory of directories) {
    const results = await readAnyResults(directory);
    if (results === undefined) continue;
    if (results.plan !== plan.sha256) {
      others.push(directory);
      continue;
    }
    tasks.add(results.task);
    builds.push(...results.builds);
    packages.push(...(await packagesOf(directory, results, plan, planFile)));
    await tellUnnamed(directory, results, reporter);
  }
  const [other] = others;
  if (other !== undefined) {
    if (tasks.size === 0 && plan.tasks.length > 0) throw ofOtherPlan(other, planFile);
    reporter.warn(
      `results of another plan are left out: ${someNames(others.map(shownPath))}`,
      `Let run move these results away: ${runCommand(planFile, dirname(other))}`,
    );
  }
  const missing = plan.tasks.filter(({ id }) => !tasks.has(id));
  if (directories.length > 0 && missing.length > 0) {
    reporter.note(
      `${missing.length} of ${plan.tasks.length} tasks of the plan have no results here: ${someNames(missing.map(({ id }) => id))}`,
    );
  }
  return { packages, builds };
}

function ofOtherPlan(directory: string, planFile: string): InputError {
  return new InputError(
    'results-other-plan',
    `these are results of another plan than ${shownPath(planFile)}`,
    {
      where: { file: join(directory, RESULTS_FILE) },
      hint: `Run the plan, which takes over what is built already: ${runCommand(planFile, dirname(directory))}`,
    },
  );
}

/** Returns the command that runs a plan, or one task of it, and writes the results into `output`. */
function runCommand(planFile: string, output: string, task?: string): string {
  const place = (path: string, usual: string) =>
    resolve(path) === resolve(usual) ? [] : [shellWord(shownPath(path))];
  return [
    'dkms-deb run',
    ...place(planFile, 'plan.json').map((path) => `--plan ${path}`),
    ...(task === undefined ? [] : [`--task ${task}`]),
    ...place(output, 'results').map((path) => `-o ${path}`),
  ].join(' ');
}

async function tellUnnamed(
  directory: string,
  { builds }: TaskResults,
  reporter: Reporter,
): Promise<void> {
  const named = new Set(builds.flatMap(({ file, dbgsym, common }) => [file, dbgsym, common]));
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.deb') || named.has(name)) continue;
    reporter.warn(`${join(directory, name)} is left out, because results.json does not name it`);
  }
}

async function packagesOf(
  directory: string,
  { builds, task }: TaskResults,
  plan: Plan,
  planFile: string,
): Promise<Assigned[]> {
  const run = runCommand(planFile, dirname(directory), task);
  // `run` writes the results of a task into the directory with its name.
  const remove = `Remove ${shellWord(shownPath(directory))}, and run the task again: ${run}`;
  const again = basename(directory) === task ? `Run the task again: ${run}` : remove;
  const kernels = new Map(plan.kernels.map((kernel) => [kernel.id, kernel]));
  const packages: Assigned[] = [];
  for (const build of builds.filter(({ status }) => status === 'built')) {
    const kernel = kernels.get(build.kernel);
    if (kernel === undefined || build.file === undefined) {
      const what = kernel === undefined ? 'a kernel of the plan' : 'a package';
      throw differs(
        join(directory, RESULTS_FILE),
        `the build of ${build.driver} does not name ${what}`,
        remove,
      );
    }
    const suites = [suiteOf(plan, kernel.base)];
    const one = await readNamed(join(directory, build.file), build.sha256, again);
    checkBuild(build, one, kernel.release ?? one.kernelRelease, remove);
    packages.push({ one, suites, planned: true });
    for (const [name, digest] of [
      [build.dbgsym, build.dbgsymSha256],
      [build.common, build.commonSha256],
    ] as const) {
      if (name === undefined) continue;
      const other = await readNamed(join(directory, name), digest, again);
      packages.push({ one: other, suites, planned: true });
    }
  }
  return packages;
}

/**
 * Reads a package that results.json names. Throws InputError `results-differ` if it is not there, or has other bytes
 * than results.json says, and the errors of readIncoming.
 */
async function readNamed(
  file: string,
  sha256: string | undefined,
  hint: string,
): Promise<IncomingPackage> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isFile()) {
    const what = found === undefined ? 'is not there' : 'is not a file';
    throw differs(file, `this package ${what}, but results.json names it`, hint);
  }
  const other = () =>
    differs(file, 'the SHA-256 of this package is not the one in results.json', hint);
  const one = await readIncoming(file).catch(async (error: unknown) => {
    // If the file is not the one in results.json, it may not even be a package. Then the error is about the SHA-256,
    // and not about the format.
    const isOther = sha256 !== undefined && (await sha256OfFile(file)) !== sha256;
    throw error instanceof DkmsDebError && isOther ? other() : error;
  });
  if (sha256 !== undefined && sha256 !== one.sha256) throw other();
  return one;
}

/** Throws InputError `results-differ` unless a package has the key of its build, and is for the right kernel. */
function checkBuild(build: BuildResult, one: IncomingPackage, release: string, hint: string): void {
  const isOther = 'is not the one in results.json';
  // The bytes are those of results.json, so `run` would take the task for done.
  if (build.key !== one.buildKey)
    throw differs(one.file, `the Build-Key of this package ${isOther}`, hint);
  if (one.kernelRelease !== release)
    throw differs(one.file, `the kernel of this package ${isOther}`, hint);
}

function differs(file: string, why: string, hint: string): InputError {
  return new InputError('results-differ', why, { where: { file }, hint });
}
