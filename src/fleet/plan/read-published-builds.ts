import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Reporter } from '../../report/reporter.ts';
import { readPublished } from '../../repository/read-published.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { run } from '../../system/process/run.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import type { Plan } from './plan-document.ts';
import type { PublishedBuilds } from './published-builds.ts';

/** The record that `publish` writes beside the index, as far as a plan needs it. */
const STATUS_FILE = 'dkms-deb/status.json';
const STATUS = z.object({
  builds: z.array(z.object({ status: z.string(), key: z.string().optional() })),
});
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads which builds a repository has, and which failed. `place` is a directory or a URL. A repository without an index
 * has nothing. Throws the errors of readPublished.
 */
export async function readPublishedBuilds(
  place: string,
  { repository = {} }: Pick<FleetConfig, 'repository'>,
  { kernels }: Pick<Plan, 'kernels'>,
  reporter: Reporter,
): Promise<PublishedBuilds> {
  const codenames = [...new Set(kernels.map(({ base }) => base))];
  const { exists, packages } = await readPublished({
    place,
    suites: codenames.map((name) => repository.suites?.[name] ?? name),
    architectures: [...new Set(kernels.map(({ architecture }) => architecture))],
    keys: repository.keys ?? [],
  });
  if (!exists) {
    reporter.note(`${place} has no index yet: everything is built.`);
    return { packages: [], failed: new Set() };
  }
  return { packages, failed: await readFailed(place, reporter) };
}

async function readFailed(place: string, reporter: Reporter): Promise<Set<string>> {
  const text = await readStatus(place).catch(() => undefined);
  if (text === undefined) return new Set();
  try {
    const { builds } = STATUS.parse(JSON.parse(text));
    return new Set(builds.flatMap(({ status, key }) => (status === 'failed' && key ? [key] : [])));
  } catch {
    reporter.note(`${place}/${STATUS_FILE} cannot be read: what failed before is not known.`);
    return new Set();
  }
}

/** Returns the text of the record; undefined if the repository has none. */
async function readStatus(place: string): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9+.-]*:/.test(place)) return readFile(join(place, STATUS_FILE), 'utf8');
  return withTemporaryDirectory('status', async (directory) => {
    const file = join(directory, 'status.json');
    const url = `${place.replace(/\/+$/, '')}/${STATUS_FILE}`;
    await run('/usr/lib/apt/apt-helper', ['download-file', url, file], {
      maximumOutput: MOST_BYTES,
    });
    return readFile(file, 'utf8');
  });
}
