import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { architecturesIn, readPublished, suitesIn } from '../../repository/read-published.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { lastLines, run } from '../../system/process/run.ts';
import { nextStatus } from '../publish/next-status.ts';
import type { PublishInput } from '../publish/read-input.ts';
import {
  NO_RECORD,
  parseStatusRecord,
  readStatusRecord,
  STATUS_FILE,
  type StatusRecord,
} from '../publish/status-record.ts';
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
 * of readPublished.
 */
export async function readStatus(
  place: StatusPlace,
  input: Pick<PublishInput, 'plan' | 'builds'>,
  reporter: Reporter,
): Promise<FleetStatus> {
  const { repository, keys } = place;
  const isUrl = /^[a-z][a-z0-9+.-]*:/.test(repository);
  const record: Omit<StatusRecord, 'updated'> & { updated?: string } = isUrl
    ? await fetchRecord(repository, reporter)
    : await readStatusRecord(repository, reporter);
  const known = new Set(record.kernels.map(({ suite }) => suite));
  const suites = isUrl
    ? place.suites.length > 0
      ? place.suites
      : [...known]
    : await suitesIn(repository);
  const architectures = new Set(record.kernels.map(({ architecture }) => architecture));
  if (!isUrl) {
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

/** Fetches the record with apt's own program, which knows the machine's proxies and passwords. */
async function fetchRecord(
  url: string,
  reporter: Reporter,
): Promise<Omit<StatusRecord, 'updated'> & { updated?: string }> {
  const address = `${url.replace(/\/*$/, '')}/${STATUS_FILE}`;
  return withTemporaryDirectory('status', async (directory) => {
    const target = join(directory, 'status.json');
    const { exitStatus, output } = await run(
      '/usr/lib/apt/apt-helper',
      ['-o', 'APT::Sandbox::User=root', 'download-file', address, target],
      { accept: [0, 1, 100] },
    );
    if (exitStatus !== 0) {
      if (/\b404\b/.test(output)) return NO_RECORD;
      throw new InputError('repository-unreadable', `apt cannot fetch ${address}`, {
        output: lastLines(output, 4),
        hint: 'Check the address and the network.',
      });
    }
    const record = parseStatusRecord(await readFile(target, 'utf8'));
    if (record !== undefined) return record;
    reporter.warn(`${address} is damaged or of another version; only the index is shown`);
    return NO_RECORD;
  });
}
