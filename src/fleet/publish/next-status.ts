import { compareVersions } from '../../debian/version.ts';
import type { Plan, PlannedKernel } from '../plan/plan-document.ts';
import type { StatusEntry, StatusKernel, StatusRecord } from '../record/status-record.ts';
import type { BuildResult } from '../run/results-document.ts';
import { modulesNameOf, type PackageFacts } from './choose-metas.ts';
import { suiteOf } from './suite-of.ts';

/** By the name of a suite: the packages that it has after a publication. */
export type Contents = ReadonlyMap<string, readonly PackageFacts[]>;

const MOST_MESSAGE = 2000;

/** Returns the kernels of the plan, with the time `now`, and the kernels of earlier plans as they were last seen. */
export function nextKernels(
  before: readonly StatusKernel[],
  plan: Plan | undefined,
  now: Date,
): StatusKernel[] {
  const kernels = new Map(before.map((kernel) => [keyOf(kernel), kernel]));
  for (const planned of plan?.kernels ?? []) {
    const { architecture, base, flavour } = planned;
    const release = releaseOf(planned);
    const suite = suiteOf(plan, base);
    const kernel = { release, architecture, suite, flavour, lastOffered: now.toISOString() };
    kernels.set(keyOf(kernel), kernel);
  }
  return [...kernels.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Returns the status of each driver of the plan for each kernel of the plan. A status that has not changed keeps its
 * date. A build that failed before and is planned again stays failed until it has a result. Builds of earlier plans
 * stay for as long as their package is published.
 */
export function nextStatus(
  before: Pick<StatusRecord, 'builds'>,
  plan: Plan,
  results: readonly BuildResult[],
  contents: Contents,
  now: Date,
): StatusEntry[] {
  const known = new Map(before.builds.map((entry) => [entryKey(entry), entry]));
  const found = new Map(results.map((build) => [`${build.driver} ${build.kernel}`, build]));
  const excluded = new Map(
    plan.excluded.map(({ driver, kernel, reason }) => [`${driver} ${kernel}`, reason]),
  );
  const wanted = new Set(
    plan.tasks.flatMap(({ builds }) => builds.map(({ driver, kernel }) => `${driver} ${kernel}`)),
  );
  const entries = new Map<string, StatusEntry>();
  for (const driver of plan.drivers) {
    for (const kernel of plan.kernels) {
      const pair = `${driver.id} ${kernel.id}`;
      const about = aboutOf(driver.name, kernel, plan);
      const version = publishedVersion(about, contents);
      const old = known.get(entryKey(about));
      const failure = wanted.has(pair) && !found.has(pair) ? failureOf(old) : undefined;
      const state = failure ?? stateOf(found.get(pair), excluded.get(pair), version !== undefined);
      const key = found.get(pair)?.key;
      const entry = {
        ...about,
        ...state,
        required: kernel.required,
        since: now.toISOString(),
        ...(version !== undefined && { version }),
        ...(key !== undefined && { key }),
      };
      const since = old?.status === entry.status ? old.since : entry.since;
      const seconds = compiledIn(found.get(pair)) ?? old?.seconds;
      entries.set(entryKey(entry), { ...entry, since, ...(seconds !== undefined && { seconds }) });
    }
  }
  for (const old of before.builds) {
    if (entries.has(entryKey(old))) continue;
    const version = publishedVersion(old, contents);
    if (version !== undefined) entries.set(entryKey(old), { ...old, version });
  }
  return [...entries.values()];
}

/**
 * Returns how long a build took, in seconds. Undefined without a successful build, or if the modules came from the
 * cache.
 */
function compiledIn(result: BuildResult | undefined): number | undefined {
  return result?.status === 'built' && result.cached === undefined ? result.seconds : undefined;
}

/** Returns what is recorded about a build that failed. Returns undefined for any other build. */
function failureOf(
  old: StatusEntry | undefined,
): Pick<StatusEntry, 'status' | 'error' | 'key'> | undefined {
  if (old?.status !== 'failed') return undefined;
  const { status, error, key } = old;
  return { status, ...(error !== undefined && { error }), ...(key !== undefined && { key }) };
}

function aboutOf(driver: string, kernel: PlannedKernel, plan: Plan) {
  const { architecture, base } = kernel;
  return { driver, release: releaseOf(kernel), architecture, suite: suiteOf(plan, base) };
}

function stateOf(
  result: BuildResult | undefined,
  excluded: string | undefined,
  isPublished: boolean,
): Pick<StatusEntry, 'status' | 'reason' | 'error'> {
  if (result?.status === 'excluded')
    return { status: 'excluded', reason: cut(result.reason ?? '') };
  if (result?.status === 'failed') {
    const { code = 'unknown', message = '', firstError } = result.error ?? {};
    const error = {
      code,
      message: cut(message),
      ...(firstError && { firstError: cut(firstError) }),
    };
    return { status: 'failed', error };
  }
  if (isPublished) return { status: 'published' };
  if (excluded !== undefined) return { status: 'excluded', reason: cut(excluded) };
  return { status: 'missing' };
}

function publishedVersion(
  {
    driver,
    release,
    architecture,
    suite,
  }: Pick<StatusEntry, 'driver' | 'release' | 'architecture' | 'suite'>,
  contents: Contents,
): string | undefined {
  const name = modulesNameOf(driver, release);
  const versions = (contents.get(suite) ?? [])
    .filter((one) => one.name === name && one.architecture === architecture)
    .map((one) => one.version);
  return versions.sort(compareVersions).at(-1);
}

function cut(text: string): string {
  return text.length > MOST_MESSAGE ? `${text.slice(0, MOST_MESSAGE)}…` : text;
}

function keyOf({
  suite,
  release,
  architecture,
}: Pick<StatusKernel, 'suite' | 'release' | 'architecture'>) {
  return `${suite} ${release} ${architecture}`;
}

function entryKey(
  entry: Pick<StatusEntry, 'driver' | 'suite' | 'release' | 'architecture'>,
): string {
  return `${entry.driver} ${keyOf(entry)}`;
}

/**
 * Returns the release of a kernel. For Armbian, where only the headers tell the release, returns the name of the
 * headers package.
 */
export function releaseOf({ release, name }: PlannedKernel): string {
  return release ?? name;
}
