import type { Reporter } from '../../report/reporter.ts';
import { type RepositoryPlace, readPublished } from '../../repository/read-published.ts';
import { isUrl } from '../../repository/repository-layout.ts';
import { appendTo } from '../../system/text/append-to.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { readStatusRecord } from '../record/status-record.ts';
import type { Plan } from './plan-document.ts';
import type { PublishedBuilds } from './published-builds.ts';

/**
 * Reads which builds a repository has, and which failed. `place` is a directory or a URL. For a repository without an
 * index, the result is empty, and a note says so. Throws the errors of readPublished and readStatusRecord.
 */
export async function readPublishedBuilds(
  { place, keys }: Pick<RepositoryPlace, 'place' | 'keys'>,
  { repository = {} }: Pick<FleetConfig, 'repository'>,
  { kernels }: Pick<Plan, 'kernels'>,
  reporter: Reporter,
): Promise<PublishedBuilds> {
  const codenames = [...new Set(kernels.map(({ base }) => base))];
  const { exists, absent, packages } = await readPublished({
    place,
    skipAbsent: true,
    suites: codenames.map((name) => repository.suites?.[name] ?? name),
    architectures: [...new Set(kernels.map(({ architecture }) => architecture))],
    keys,
  });
  if (isUrl(place) && absent.length > 0) {
    reporter.warn(
      `${place} does not have these suites: ${absent.join(', ')}; all their packages are built`,
      'Check the address, if modules of these suites have been published before.',
    );
  }
  if (!exists) {
    if (!isUrl(place)) reporter.note(`${place} has no index yet: everything is built.`);
    return { packages: [], failed: new Set(), seconds: new Map() };
  }
  const { builds } = await readStatusRecord(place, (what) =>
    reporter.warn(`${what}, so it is not known which builds failed before`),
  );
  const failed = builds.flatMap(({ status, key }) => (status === 'failed' && key ? [key] : []));
  const measured = new Map<string, number[]>();
  for (const { driver, seconds } of builds) {
    if (seconds !== undefined) appendTo(measured, driver, seconds);
  }
  return { packages, failed: new Set(failed), seconds: measured };
}
