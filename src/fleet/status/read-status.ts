import { hostArchitecture } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { architecturesIn, readPublished, suitesIn } from '../../repository/read-published.ts';
import { isUrl } from '../../repository/repository-layout.ts';
import { nextStatus } from '../publish/next-status.ts';
import type { PublishInput } from '../publish/read-input.ts';
import { readStatusRecord } from '../record/status-record.ts';
import { type StatusRow, statusRows } from './status-rows.ts';

/** Where the status is read from. */
export interface StatusPlace {
  /** A directory or URL. */
  readonly repository: string;
  /** The suites of a URL; by default those of its status. */
  readonly suites: readonly string[];
  readonly keys: readonly string[];
}

/** The status of a repository. */
export interface FleetStatus {
  readonly rows: readonly StatusRow[];
  /** When it was published; undefined for a repository without a record. */
  readonly updated: string | undefined;
}

/**
 * Reads the status of a repository from its signed index and from dkms-deb/status.json, which nobody signs. With a plan
 * and results, they count before what the repository remembers, although they are not published yet. Throws the errors
 * of readPublished and readStatusRecord.
 */
export async function readStatus(
  place: StatusPlace,
  input: Pick<PublishInput, 'plan' | 'builds'>,
  reporter: Reporter,
): Promise<FleetStatus> {
  const { repository, keys } = place;
  const atUrl = isUrl(repository);
  const record = await readStatusRecord(repository, (what) =>
    reporter.warn(`${what}; only the index is shown`),
  );
  const known = new Set(record.kernels.map(({ suite }) => suite));
  const suites = atUrl
    ? place.suites.length > 0
      ? place.suites
      : [...known]
    : await suitesIn(repository);
  const architectures = new Set(record.kernels.map(({ architecture }) => architecture));
  if (!atUrl) {
    for (const suite of suites) {
      for (const one of await architecturesIn(repository, suite)) architectures.add(one);
    }
  }
  if (architectures.size === 0) architectures.add(await hostArchitecture());
  const of = { place: repository, architectures: [...architectures], keys };
  const { packages } = await readPublished({ ...of, suites });
  const contents = new Map(
    suites.map((suite) => [suite, packages.filter((one) => one.suite === suite)] as const),
  );
  const { plan, builds } = input;
  const entries =
    plan === undefined ? record.builds : nextStatus(record, plan, builds, contents, new Date());
  return { rows: statusRows(entries, packages), updated: record.updated };
}
