import type { Reporter } from '../../report/reporter.ts';
import { nextStatus } from '../publish/next-status.ts';
import type { PublishInput } from '../publish/read-input.ts';
import { readRepository, type WholeRepository } from '../record/read-repository.ts';
import { readStatusRecord } from '../record/status-record.ts';
import { type StatusRow, statusRows } from './status-rows.ts';

/** The status of a repository. */
export interface FleetStatus {
  readonly rows: readonly StatusRow[];
  /** When the repository was last published. Undefined if it has no record. */
  readonly updated: string | undefined;
}

/**
 * Reads the status of a repository from its signed index, and from dkms-deb/status.json, which nobody signs. If a plan
 * and results are given, they take precedence over this file, although they are not published yet. Throws the errors of
 * readPublished and readStatusRecord.
 */
export async function readStatus(
  place: WholeRepository,
  input: Pick<PublishInput, 'plan' | 'builds'>,
  reporter: Reporter,
): Promise<FleetStatus> {
  const record = await readStatusRecord(place.repository, (what) =>
    reporter.warn(`${what}; only the index is shown`),
  );
  const { suites, packages } = await readRepository(place, record);
  if (suites.length === 0) reporter.note(`${place.repository} has no index yet.`);
  const contents = new Map(
    suites.map((suite) => [suite, packages.filter((one) => one.suite === suite)] as const),
  );
  const { plan, builds } = input;
  const entries =
    plan === undefined ? record.builds : nextStatus(record, plan, builds, contents, new Date());
  return { rows: statusRows(entries, packages), updated: record.updated };
}
