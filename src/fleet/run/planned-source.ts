import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fetchDebs } from '../../archives/store/fetch-debs.ts';
import { debFile } from '../../archives/store/header-store.ts';
import { digestWithoutConf } from '../../dkms/source/source-digest.ts';
import { InputError } from '../../errors.ts';
import { digestOfCommon } from '../../package/modules/common-files.ts';
import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import type { Reporter } from '../../report/reporter.ts';
import { checkOut } from '../../source/git-checkout.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { Plan, PlannedDriver } from '../plan/plan-document.ts';
import { readFleetSource } from '../plan/read-planned-driver.ts';

export interface SourcePlaces {
  readonly archives: Pick<OpenArchives, 'root' | 'store'>;
  readonly planDirectory: string;
  readonly scratch: string;
  readonly reporter: Reporter;
}

/**
 * Returns the source of a planned driver, with the description and the time stamp that the plan has. Throws InputError
 * `driver-changed` if the driver's files have changed since the plan was made, and the errors of fetching and reading a
 * driver.
 */
export async function plannedSource(
  driver: PlannedDriver,
  { without = [] }: Pick<Plan, 'without'>,
  { archives, planDirectory, scratch, reporter }: SourcePlaces,
): Promise<DriverSource> {
  const own = join(scratch, `driver-${driver.id}`);
  await mkdir(own);
  const path = await placeOf(driver, planDirectory, archives, reporter);
  const { conf, set, snapshot, suffix } = driver;
  const source = await readFleetSource({
    path,
    choices: { conf, set, snapshot, suffix },
    scratch: own,
    without: without.map((one) => resolve(planDirectory, one)),
    maintainer: undefined,
    reporter,
  });
  const { directory, entries, confFile } = source;
  const files = await digestWithoutConf(directory, entries, confFile);
  const confSha256 = sha256(await readFile(confFile));
  const common = await digestOfCommon(source.common);
  const isSame = files === driver.sha256 && confSha256 === driver.confSha256;
  if (!isSame || common !== driver.common) {
    const beside = isSame ? 'a file for all kernels' : 'the dkms.conf';
    const what = files === driver.sha256 ? beside : 'the source';
    throw new InputError(
      'driver-changed',
      `${what} of ${driver.name} has changed since the plan was made`,
      {
        where: { file: path },
        hint: 'Plan again, or restore the files that the plan was made from.',
      },
    );
  }
  const description = { ...driver.description, homepage: driver.description.homepage };
  return { ...source, description, timestamp: driver.timestamp };
}

async function placeOf(
  { kind, name, place, commit, package: offered }: PlannedDriver,
  planDirectory: string,
  { root, store }: SourcePlaces['archives'],
  reporter: Reporter,
): Promise<string> {
  if (kind === 'git' && place !== undefined && commit !== undefined)
    return checkOut(place, commit, reporter);
  if (kind === 'archive' && offered !== undefined) {
    const { name: own, version, architecture, sha256: digest } = offered;
    if (root !== undefined) {
      const one = { name: own, version, architecture, sha256: digest };
      await fetchDebs(root, store, [one], reporter);
    }
    return debFile(store, digest);
  }
  if ((kind === 'tree' || kind === 'deb') && place !== undefined) {
    return resolve(planDirectory, place);
  }
  throw new InputError('plan-unreadable', `the plan does not say where ${name} is`, {
    hint: 'Make the plan again with: dkms-deb plan',
  });
}
