import { compareVersions, isVersion } from '../debian/version.ts';
import { flavourOf } from '../kernel/flavour.ts';
import { appendTo } from '../system/text/append-to.ts';
import type { PublishedPackage } from './published-package.ts';

/** The rule that decides which packages stay in the index. */
export interface RetentionRule {
  /** For how many days modules stay after their kernel has left its suite. */
  readonly days: number;
  /** For how many of the newest kernels of each flavour the modules stay, whatever `days` says. */
  readonly newest: number;
  /** The most versions of each package that stay, so that machines can go back to an older version. */
  readonly versions: number;
}

export const DEFAULT_RETENTION: RetentionRule = { days: 180, newest: 3, versions: 2 };

/** The facts about a package that the rule needs. */
export type RetainedFacts = Pick<
  PublishedPackage,
  'name' | 'version' | 'architecture' | 'fileName' | 'kernelRelease' | 'kernelVersion'
>;

/** What is known about the kernels of a suite. */
export interface KnownKernels {
  /** Returns when a plan last had a kernel. Undefined if this is unknown: then `days` removes no modules. */
  lastOffered(release: string, architecture: string): Date | undefined;
  readonly now: Date;
}

const DAY = 24 * 3600 * 1000;

/** Returns the release of the kernel for a package of modules or of their debug data; '' for other packages. */
export function kernelOf({
  name,
  kernelRelease,
}: Pick<RetainedFacts, 'name' | 'kernelRelease'>): string {
  if (kernelRelease !== '') return kernelRelease;
  return /-modules-(\d.*?)(?:-dbgsym)?$/.exec(name)?.[1] ?? '';
}

/**
 * Returns the packages that stay in the index of one suite. `named` says whether a metapackage depends on a package;
 * such a package stays, whatever the rule says.
 */
export function retained<T extends RetainedFacts>(
  packages: readonly T[],
  kernels: KnownKernels,
  rule: RetentionRule,
  named: (one: T) => boolean,
): T[] {
  const newest = newestKernels(packages, rule.newest);
  const recent = newestVersions(packages, rule.versions);
  return packages.filter((one) => {
    if (named(one)) return true;
    if (!recent.has(one)) return false;
    const release = kernelOf(one);
    if (release === '' || newest.has(`${release.toLowerCase()} ${one.architecture}`)) return true;
    const last = kernels.lastOffered(release, one.architecture);
    return last === undefined || kernels.now.getTime() - last.getTime() <= rule.days * DAY;
  });
}

/** Returns the `count` newest kernels of each flavour and architecture, as `release architecture`. */
function newestKernels(packages: readonly RetainedFacts[], count: number): Set<string> {
  const flavours = new Map<string, Map<string, string>>();
  for (const one of packages) {
    const release = kernelOf(one).toLowerCase();
    if (release === '') continue;
    const flavour = `${flavourOf(release)} ${one.architecture}`;
    const kernels = flavours.get(flavour) ?? new Map<string, string>();
    if (one.kernelVersion !== '' || !kernels.has(release)) kernels.set(release, one.kernelVersion);
    flavours.set(flavour, kernels);
  }
  const kept = new Set<string>();
  for (const [flavour, kernels] of flavours) {
    const sorted = [...kernels].sort(newerKernelFirst).slice(0, count);
    const architecture = flavour.slice(flavour.lastIndexOf(' '));
    for (const [release] of sorted) kept.add(release + architecture);
  }
  return kept;
}

/**
 * Compares two kernels by the versions of their packages. If these versions are equal, or one of them is unknown,
 * compares the releases. Returns a negative number if the first kernel is newer.
 */
export function newerKernelFirst(
  [release, version]: readonly [string, string],
  [otherRelease, otherVersion]: readonly [string, string],
): number {
  if (isVersion(version) && isVersion(otherVersion)) {
    const order = compareVersions(otherVersion, version);
    if (order !== 0) return order;
  }
  return otherRelease.localeCompare(release, 'en', { numeric: true });
}

function newestVersions<T extends RetainedFacts>(packages: readonly T[], count: number): Set<T> {
  const byName = new Map<string, T[]>();
  for (const one of packages) {
    appendTo(byName, `${one.name} ${one.architecture}`, one);
  }
  const kept = new Set<T>();
  for (const all of byName.values()) {
    const sorted = all.sort((a, b) =>
      isVersion(a.version) && isVersion(b.version) ? compareVersions(b.version, a.version) : 0,
    );
    for (const one of sorted.slice(0, count)) kept.add(one);
  }
  return kept;
}
