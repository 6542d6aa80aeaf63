import type { BuildKey } from '../../package/modules/build-key.ts';
import type { Plan, PlannedBuild, PlannedDriver, PlannedKernel } from './plan-document.ts';
import type { PlanKeys } from './plan-keys.ts';
import type { Verdict } from './published-builds.ts';

/** What is to be built, what is published already, and what drivers exclude. */
export type Decision = Pick<Plan, 'kept' | 'excluded'> & {
  /** By the id of a driver: its version, if its source has changed although the version has not. */
  readonly unchanged: ReadonlyMap<string, string>;
  /** The builds for each kernel that has any, sorted: each driver comes after the drivers that it needs. */
  readonly builds: ReadonlyMap<PlannedKernel, readonly PlannedBuild[]>;
};

export interface Deciding {
  readonly drivers: readonly PlannedDriver[];
  readonly kernels: readonly PlannedKernel[];
  readonly keys: PlanKeys;
  /** Returns why a driver excludes a kernel; undefined if it does not. */
  readonly exclusion: (driver: PlannedDriver, kernel: PlannedKernel) => string | undefined;
  /**
   * Looks for a published package of a build. Undefined if there is no repository to compare with; in this case
   * everything is built.
   */
  readonly published:
    | ((driver: PlannedDriver, kernel: PlannedKernel, key: BuildKey) => Verdict)
    | undefined;
}

/** Decides for each driver and kernel whether the modules are built, are published already, or are excluded. */
export function decideBuilds({ drivers, kernels, keys, exclusion, published }: Deciding): Decision {
  const ordered = inOrderOfNeeds(drivers, keys);
  const builds = new Map<PlannedKernel, PlannedBuild[]>();
  const kept: Plan['kept'] = [];
  const excluded: Plan['excluded'] = [];
  const unchanged = new Map<string, string>();
  for (const kernel of kernels) {
    const verdicts = new Map<PlannedDriver, { key: string; verdict: Verdict }>();
    const out = new Map<PlannedDriver, string>();
    for (const driver of ordered) {
      const reason = exclusion(driver, kernel) ?? needsExcluded(driver, out, keys);
      if (reason !== undefined) {
        out.set(driver, reason);
        excluded.push({ driver: driver.id, kernel: kernel.id, reason });
        continue;
      }
      const key = keys.keyOf(driver, kernel);
      const verdict = published?.(driver, kernel, key) ?? { reason: 'not compared' };
      verdicts.set(driver, { key: key.key, verdict });
      if ('unchangedVersion' in verdict) unchanged.set(driver.id, driver.description.version);
      if ('file' in verdict) {
        kept.push({ driver: driver.id, kernel: kernel.id, key: key.key, file: verdict.file });
      }
    }
    const own = buildsFor(kernel, verdicts, keys);
    if (own.length > 0) builds.set(kernel, own);
  }
  return { builds, kept, excluded, unchanged };
}

/**
 * Returns the builds for one kernel. A published driver is built again if another driver is built and needs the symbols
 * of the published driver.
 */
function buildsFor(
  kernel: PlannedKernel,
  verdicts: ReadonlyMap<PlannedDriver, { key: string; verdict: Verdict }>,
  keys: PlanKeys,
): PlannedBuild[] {
  const neededBy = new Map<PlannedDriver, string>();
  const mark = (driver: PlannedDriver) => {
    for (const needed of keys.needsOf(driver)) {
      if (neededBy.has(needed)) continue;
      neededBy.set(needed, driver.id);
      mark(needed);
    }
  };
  for (const [driver, { verdict }] of verdicts) if ('reason' in verdict) mark(driver);
  return [...verdicts].flatMap(([driver, { key, verdict }]) => {
    const { rebuild } = verdict;
    const of = {
      driver: driver.id,
      kernel: kernel.id,
      key,
      ...(rebuild !== undefined && { rebuild }),
    };
    if ('reason' in verdict) return [{ ...of, reason: verdict.reason }];
    const other = neededBy.get(driver);
    return other === undefined ? [] : [{ ...of, reason: `needed by ${other}`, neededBy: other }];
  });
}

function needsExcluded(
  driver: PlannedDriver,
  out: ReadonlyMap<PlannedDriver, string>,
  keys: PlanKeys,
): string | undefined {
  for (const needed of keys.needsOf(driver)) {
    const reason = out.get(needed);
    if (reason !== undefined)
      return `${driver.name} needs ${needed.name}, which is excluded: ${reason}`;
  }
  return undefined;
}

/** Sorts the drivers: each comes after the drivers that it needs. */
function inOrderOfNeeds(drivers: readonly PlannedDriver[], keys: PlanKeys): PlannedDriver[] {
  const ordered = new Set<PlannedDriver>();
  const add = (driver: PlannedDriver) => {
    if (ordered.has(driver)) return;
    keys.needsOf(driver).forEach(add);
    ordered.add(driver);
  };
  drivers.forEach(add);
  return [...ordered];
}
