import { copyFile, link, lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import type { Reporter } from '../../report/reporter.ts';
import { parsePublished } from '../../repository/published-package.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { appendTo } from '../../system/text/append-to.ts';
import type { Plan, PlannedBuild, PlannedTask } from '../plan/plan-document.ts';
import { partsOfBuilds } from '../plan/planned-parts.ts';
import { isSignedBy } from '../plan/published-builds.ts';
import { namesOfBuild } from './expected-files.ts';
import { resultsBelow } from './results-below.ts';
import { type BuildResult, RESULTS_SCHEMA, type TaskResults } from './results-document.ts';
import { writeResults } from './results-file.ts';
import { earlierDirectory } from './set-aside.ts';

/**
 * For each certificate, the forms in which the field Module-Signers may name it. Empty if modules are not signed.
 * Undefined if it is not known who signs them.
 */
export type WantedSigners = readonly (readonly string[])[] | undefined;

interface EarlierBuild {
  readonly directory: string;
  readonly result: BuildResult;
}

interface Planned {
  readonly plan: Plan;
  readonly planFile: string;
  readonly output: string;
  readonly reporter: Pick<Reporter, 'warn'>;
}

/**
 * Takes tasks over from results of other plans, which setAside has moved. A task is taken over if these results have
 * all of its builds, built from the same input (Build-Key), under the names that the plan gives, and signed by
 * `signers`; the task then gets their packages. If `signers` is undefined, nothing is taken over. Returns the results
 * of the tasks that were taken over.
 */
export async function takeOver(
  tasks: readonly PlannedTask[],
  { plan, planFile, output, reporter }: Planned,
  signers: WantedSigners,
): Promise<Map<PlannedTask, TaskResults>> {
  const taken = new Map<PlannedTask, TaskResults>();
  if (signers === undefined) return taken;
  const earlier = await earlierBuilds(output, reporter);
  if (earlier.size === 0) return taken;
  const partsOf = partsOfBuilds(plan, planFile);
  for (const task of tasks) {
    const found: EarlierBuild[] = [];
    const wanted = task.builds.filter(({ neededBy }) => neededBy === undefined);
    for (const build of wanted) {
      const parts = partsOf(build);
      const names = namesOfBuild(build, parts, plan.packages);
      const one = await firstUsable(earlier.get(keyOf(build)) ?? [], names, signers);
      if (one === undefined) break;
      found.push({ ...one, result: { ...one.result, required: parts.kernel.required } });
    }
    if (found.length < wanted.length) continue;
    const directory = join(output, task.id);
    await makeDirectory(directory);
    for (const one of found) await linkFiles(one, directory);
    const builds = found.map(({ result }) => result);
    const results = { schema: RESULTS_SCHEMA, plan: plan.sha256, task: task.id, builds } as const;
    await writeResults(directory, results);
    taken.set(task, results);
  }
  return taken;
}

function keyOf({ driver, kernel, key }: Pick<PlannedBuild, 'driver' | 'kernel' | 'key'>): string {
  return JSON.stringify([driver, kernel, key]);
}

/** Returns the builds of other plans that did not fail. Several plans may have had the same build. */
async function earlierBuilds(
  output: string,
  reporter: Pick<Reporter, 'warn'>,
): Promise<Map<string, EarlierBuild[]>> {
  const found = new Map<string, EarlierBuild[]>();
  const place = earlierDirectory(output);
  const unused = 'nothing is taken over from them';
  for (const { directory, results } of await resultsBelow(place, unused, reporter)) {
    for (const result of results.builds) {
      if (result.status !== 'failed') appendTo(found, keyOf(result), { directory, result });
    }
  }
  return found;
}

/** Returns the files of a build, each with its sha256 in results.json. */
function filesOf(build: BuildResult): { readonly name: string; readonly sha256: string }[] {
  const { file, sha256, dbgsym, dbgsymSha256, common, commonSha256 } = build;
  const files = [
    [file, sha256],
    [dbgsym, dbgsymSha256],
    [common, commonSha256],
  ] as const;
  return files.flatMap(([name, digest = '']) =>
    name === undefined ? [] : [{ name, sha256: digest }],
  );
}

async function firstUsable(
  builds: readonly EarlierBuild[],
  names: readonly string[],
  signers: NonNullable<WantedSigners>,
): Promise<EarlierBuild | undefined> {
  for (const one of builds) if (await isUsable(one, names, signers)) return one;
  return undefined;
}

/**
 * Whether a build has exactly the packages with these names, byte for byte, and signed by these signers. A build that
 * was excluded has no packages, and is always usable.
 */
async function isUsable(
  { directory, result }: EarlierBuild,
  names: readonly string[],
  signers: NonNullable<WantedSigners>,
): Promise<boolean> {
  if (result.status === 'excluded') return true;
  const files = filesOf(result);
  if (files.length !== names.length || files.some(({ name }, at) => name !== names[at])) {
    return false;
  }
  for (const { name, sha256 } of files) {
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isFile() || (await sha256OfFile(path)) !== sha256) return false;
  }
  const [own = ''] = names;
  const control = (await readDeb(join(directory, own))).control.get('control')?.toString('utf8');
  const [facts] = parsePublished(`Filename: ?\n${control ?? ''}`, '');
  return facts !== undefined && isSignedBy(facts, signers);
}

async function linkFiles({ directory, result }: EarlierBuild, target: string): Promise<void> {
  for (const { name } of filesOf(result)) {
    const [from, to] = [join(directory, name), join(target, name)];
    await rm(to, { force: true });
    await link(from, to).catch(() => copyFile(from, to));
  }
}
