import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore } from '../../archives/store/header-store.ts';
import { withStoreInUse } from '../../archives/store/store-lock.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import { headersOfArchives } from '../../pipelines/archive-kernels/prepare-headers.ts';
import { choiceOf } from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import { buildKernel, type KernelWork } from '../../pipelines/bmdeb/build-kernel.ts';
import { type KernelOutcome, knownError } from '../../pipelines/bmdeb/kernel-outcome.ts';
import { sourceParts } from '../../pipelines/bmdeb/key-parts.ts';
import { shareProcessors } from '../../pipelines/bmdeb/share-processors.ts';
import { commonWriter, warnOfLeftOut } from '../../pipelines/bmdeb/write-common.ts';
import type { CommandReporter } from '../../report/reporter.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { appendTo } from '../../system/text/append-to.ts';
import type {
  Plan,
  PlannedBuild,
  PlannedDriver,
  PlannedKernel,
  PlannedTask,
} from '../plan/plan-document.ts';
import { partsOfBuilds } from '../plan/planned-parts.ts';
import { failedResult, resultOf } from './build-result.ts';
import { planArchives, type StoreChoice, storedKernel } from './planned-archives.ts';
import { plannedSource } from './planned-source.ts';
import { type BuildResult, RESULTS_SCHEMA, type TaskResults } from './results-document.ts';
import { RESULTS_FILE, writeResults } from './results-file.ts';

export interface TaskRun extends StoreChoice {
  readonly plan: Plan;
  readonly planFile: string;
  /** The directory of the task's results. */
  readonly directory: string;
  readonly signer: ModuleSigner | undefined;
  /** How many processors to use. Undefined: all. */
  readonly jobs: number | undefined;
  readonly reporter: CommandReporter;
}

/** The outcome of one task. */
export interface Ran {
  readonly results: TaskResults;
  /** The exit status for the first required build that failed, else 0. It is 1 if the worker was lost. */
  readonly exitStatus: number;
}

/**
 * Runs one task on this machine: writes its packages, and after them results.json. Without that file the task counts
 * as not done. A build that fails does not stop the others.
 */
export async function runTask(task: PlannedTask, run: TaskRun): Promise<Ran> {
  const { plan, directory } = run;
  await prepareOutputDirectory(directory);
  await rm(join(directory, RESULTS_FILE), { force: true });
  const all = await withStoreInUse(openStore(run.store), () =>
    withTemporaryDirectory('run', (scratch) => buildAll(task, run, scratch)),
  );
  const builds = all.map(({ result }) => result);
  const results: TaskResults = { schema: RESULTS_SCHEMA, plan: plan.sha256, task: task.id, builds };
  await writeResults(directory, results);
  const first = all.find(({ result }) => result.status === 'failed' && result.required);
  return { results, exitStatus: first?.exitStatus ?? 0 };
}

interface Built {
  readonly result: BuildResult;
  readonly exitStatus: number;
}

async function buildAll(task: PlannedTask, run: TaskRun, scratch: string): Promise<Built[]> {
  const { plan, planFile, reporter, signer, directory } = run;
  const partsOf = partsOfBuilds(plan, planFile);
  const byKernel = new Map<PlannedKernel, PlannedBuild[]>();
  const used = new Set<PlannedDriver>();
  for (const build of task.builds) {
    const { driver, kernel } = partsOf(build);
    appendTo(byKernel, kernel, build);
    used.add(driver);
  }
  const packages = [...used].flatMap((driver) => driver.package ?? []);
  const kernels = [...byKernel.keys()];
  const archives = await planArchives(plan, kernels, packages, run, scratch, reporter);
  const places = { archives, planDirectory: dirname(planFile), scratch, reporter };
  const sources = new Map<string, KernelWork | DkmsDebError>();
  const needed = join(scratch, 'needed');
  await mkdir(needed);
  for (const driver of used) {
    sources.set(driver.id, await workOf(driver, plan, places).catch(knownError));
  }
  const writeCommon = commonWriter(directory);
  const headers = headersOfArchives(archives, join(scratch, 'tools'), reporter);
  const stored = new Map(kernels.map((kernel) => [storedKernel(kernel), kernel] as const));
  const shares = shareProcessors(kernels.length, run.jobs);
  const queue = headers.start([...stored.keys()]);
  const results = await mapConcurrently(queue, shares.kernels, async (one) => {
    const kernel = stored.get(one);
    if (kernel === undefined) return [];
    const choice = choiceOf(one, headers);
    const target = { kernel: choice, headers: undefined };
    const own: Built[] = [];
    for (const build of byKernel.get(kernel) ?? []) {
      const work = sources.get(build.driver);
      if (work === undefined) continue;
      if (work instanceof DkmsDebError) {
        own.push({ result: failedResult(build, kernel, work), exitStatus: work.exitStatus });
        reporter.failure(work, `${build.driver} ${kernel.name}`);
        continue;
      }
      const output = build.neededBy === undefined ? directory : needed;
      const choices = { ...work.packages, output, signer, cache: signer === undefined };
      const description = { ...work.source.description, rebuild: build.rebuild };
      const source = { ...work.source, description };
      const whole = { ...work, source, packages: choices, symvers: [directory, needed] };
      const name = `${build.driver} ${kernel.name}`;
      const progress = reporter.task(name, task.builds.length);
      const outcome = await buildKernel(target, whole, shares.jobs, reporter, progress);
      progress.end(outcome.status === 'failed' ? 'failed' : undefined);
      const checked = await refuseOtherKey(outcome, build);
      if (checked.error !== undefined && checked.status === 'failed') {
        reporter.failure(checked.error, name);
      }
      // This package is published already. The package was only built because other drivers need its symbols.
      if (build.neededBy !== undefined && checked.status === 'built') continue;
      const written = await writeCommon(checked, source);
      const result = await resultOf(build, kernel, written, directory);
      own.push({ result, exitStatus: written.error?.exitStatus ?? 0 });
    }
    return own;
  });
  return results.flat();
}

async function workOf(
  driver: PlannedDriver,
  plan: Plan,
  places: Parameters<typeof plannedSource>[2],
): Promise<KernelWork> {
  const source = await plannedSource(driver, plan, places);
  warnOfLeftOut(source, places.reporter);
  const { dbgsym, initramfs, dkmsRelation, kernelDependency, kernelPackage } = plan.packages;
  return {
    source,
    parts: await sourceParts(source),
    dryRun: false,
    cache: true,
    symvers: [],
    meta: undefined,
    packages: {
      output: '',
      format: 'deb',
      timestamp: source.timestamp,
      dbgsym,
      initramfs,
      dkmsRelation,
      kernelDependency,
      kernelPackage,
      signer: undefined,
      cache: true,
    },
  };
}

/**
 * If the packages were built from other input than planned, removes them and makes the outcome a failure: they must not
 * be published under the planned key.
 */
async function refuseOtherKey(outcome: KernelOutcome, build: PlannedBuild): Promise<KernelOutcome> {
  const { buildKey, file, dbgsym, error, ...rest } = outcome;
  if (outcome.status !== 'built' || buildKey?.key === build.key) return outcome;
  for (const path of [file, dbgsym]) if (path !== undefined) await rm(path, { force: true });
  const other = new InputError('key-differs', 'the input of the build is not what was planned', {
    hint: 'Plan again: since the plan was made, the compiler, a driver that this driver needs, or dkms-deb has changed.',
  });
  return { ...rest, status: 'failed', error: other };
}
