import { compareVersions, isVersion } from '../../debian/version.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import { newerKernelFirst } from '../../repository/retention.ts';
import { modulesNameOf, modulesStem } from '../publish/choose-metas.ts';
import type { StatusEntry } from '../record/status-record.ts';

/** The status of one driver for one kernel. */
export interface StatusRow extends Omit<StatusEntry, 'since' | 'key'> {
  /**
   * When the build got this status. Undefined if the record does not mention the package, or if the package was
   * published but is no longer in the index.
   */
  readonly since: string | undefined;
}

/** How many rows have each status. */
export type StatusCounts = Readonly<Record<StatusRow['status'], number>>;

/**
 * Returns a row for each driver and kernel. The rows come from the record of the repository, and from its index for
 * packages that the record does not mention. The version in a row is always that of the index. If the record calls a
 * build published, but the index lacks the package, the status is `missing`. The rows are sorted by driver, suite and
 * architecture, then the newest kernel comes first.
 */
export function statusRows(
  entries: readonly StatusEntry[],
  packages: readonly PublishedPackage[],
): StatusRow[] {
  const versions = new Map<string, PublishedPackage>();
  for (const one of packages) {
    if (modulesStem(one) === undefined) continue;
    const key = [one.name, one.suite, one.architecture].join(' ');
    const other = versions.get(key);
    if (other === undefined || isHigher(one.version, other.version)) versions.set(key, one);
  }
  const rows: StatusRow[] = [];
  for (const { key: _, ...entry } of entries) {
    const key = rowKey(entry);
    const version = versions.get(key)?.version;
    versions.delete(key);
    // Somebody may have removed the package since the record was written. The signed index is right.
    const isGone = entry.status === 'published' && version === undefined;
    const { version: __, ...rest } = entry;
    rows.push({
      ...rest,
      ...(isGone && { status: 'missing' as const, since: undefined }),
      ...(version !== undefined && { version }),
    });
  }
  for (const one of versions.values()) {
    rows.push({
      driver: modulesStem(one) ?? one.name,
      release: one.kernelRelease,
      architecture: one.architecture,
      suite: one.suite,
      status: 'published',
      since: undefined,
      required: true,
      version: one.version,
    });
  }
  return rows.sort(byDriverAndKernel);
}

/**
 * Returns the key under which `versions` has the package of a row: the package's name, the suite and the architecture.
 * The name is made from the driver's name and the kernel release.
 */
function rowKey({ driver, suite, release, architecture }: StatusEntry): string {
  return [modulesNameOf(driver, release), suite, architecture].join(' ');
}

function isHigher(a: string, b: string): boolean {
  return isVersion(a) && isVersion(b) && compareVersions(a, b) > 0;
}

function byDriverAndKernel(a: StatusRow, b: StatusRow): number {
  const text = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.driver, b.driver) ||
    text(a.suite, b.suite) ||
    text(a.architecture, b.architecture) ||
    newerKernelFirst([a.release, ''], [b.release, ''])
  );
}

export function countStatuses(rows: readonly StatusRow[]): StatusCounts {
  const counts = { published: 0, failed: 0, excluded: 0, missing: 0 };
  for (const { status } of rows) counts[status]++;
  return counts;
}

/**
 * Returns why a row has its status: for a failed build the first error of the compiler, or else the message of the
 * error; for an excluded kernel the reason. Also says whether an older package is still published, and whether the
 * build may fail.
 */
export function explainRow({ status, error, reason, version, required }: StatusRow): string {
  const parts = [
    status === 'failed' ? (error?.firstError ?? error?.message ?? '') : '',
    status === 'excluded' ? (reason ?? '') : '',
    status !== 'published' && version !== undefined ? `${version} is still published` : '',
    !required && status !== 'published' && status !== 'excluded' ? 'allowed to fail' : '',
  ];
  return parts.filter(Boolean).join('; ');
}
