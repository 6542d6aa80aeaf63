import { compareVersions } from '../debian/version.ts';
import { appendTo } from '../system/text/append-to.ts';
import type { StoredKernel } from './kernels/archive-kernel.ts';

/** For how many days a kernel stays in the store after an archive last had it. */
const KEEP_DAYS = 180;
/** How many of the newest kernels of each flavour stay in any case. */
const NEWEST = 3;
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** A kernel for which somebody has published modules. */
export interface PublishedKernel {
  readonly release: string;
  readonly version: string;
  readonly architecture: string;
}

/**
 * Returns the kernels that stay in a store. The default rule of `publish` for modules has the same numbers
 * (DEFAULT_RETENTION). A kernel stays if an archive had it within KEEP_DAYS, if it is one of the newest of its flavour,
 * or if modules for it are published. It also stays if it was in the list of its suite when that list was last read: if
 * nobody has read the list for half a year, the archive may still have the kernel.
 */
export function keptKernels(
  kernels: readonly StoredKernel[],
  published: readonly PublishedKernel[],
  now: Date,
): StoredKernel[] {
  const oldest = new Date(now.getTime() - KEEP_DAYS * DAY_MILLISECONDS).toISOString().slice(0, 10);
  const lastRead = new Map<string, string>();
  for (const kernel of kernels) {
    for (const list of listsOf(kernel)) {
      const known = lastRead.get(list) ?? '';
      if (kernel.lastSeen > known) lastRead.set(list, kernel.lastSeen);
    }
  }
  const newest = newestOfFlavours(kernels);
  const named = new Set(published.map(nameOf));
  return kernels.filter(
    (kernel) =>
      kernel.lastSeen >= oldest ||
      listsOf(kernel).some((list) => lastRead.get(list) === kernel.lastSeen) ||
      newest.has(kernel) ||
      (kernel.release !== undefined && named.has(nameOf({ ...kernel, release: kernel.release }))),
  );
}

function listsOf({ base, architecture, suites }: StoredKernel): string[] {
  return suites.map((suite) => `${base} ${suite} ${architecture}`);
}

function newestOfFlavours(kernels: readonly StoredKernel[]): Set<StoredKernel> {
  const flavours = new Map<string, StoredKernel[]>();
  for (const kernel of kernels) {
    const { base, flavour, architecture } = kernel;
    appendTo(flavours, `${base} ${flavour} ${architecture}`, kernel);
  }
  const byVersion = (one: StoredKernel, other: StoredKernel) =>
    compareVersions(other.version, one.version);
  return new Set([...flavours.values()].flatMap((all) => all.sort(byVersion).slice(0, NEWEST)));
}

function nameOf({ release, version, architecture }: PublishedKernel): string {
  return `${release} ${version} ${architecture}`;
}
