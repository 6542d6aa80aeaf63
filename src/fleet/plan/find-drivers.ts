import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { Offered } from '../../archives/store/fetch-debs.ts';
import { formatPerson, type Person } from '../../debian/person.ts';
import { InputError } from '../../errors.ts';
import { isUnknown } from '../../facts/project/maintainer.ts';
import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { Reporter } from '../../report/reporter.ts';
import { hasUnsureTimestamp } from '../../source/tree-timestamp.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { someNames } from '../../system/text/some-names.ts';
import { type CachedDriver, readCachedDriver } from './driver-cache.ts';
import { driverCost, type MeasuredSeconds } from './driver-cost.ts';
import type { DriverSpec } from './driver-spec.ts';
import { locateDriver } from './locate-driver.ts';
import { offeredTogether } from './offered-driver.ts';
import type { PlannedDriver } from './plan-document.ts';

/** A driver of a plan, and what else is needed while the plan is made. */
export interface FoundDriver {
  readonly planned: PlannedDriver;
  readonly read: CachedDriver;
}

export interface DriverSearch {
  readonly archives: Pick<OpenArchives, 'root' | 'store'>;
  readonly scratch: string;
  /** The directory of plan.json. Paths in the plan are relative to it. */
  readonly planDirectory: string;
  readonly without: readonly string[];
  readonly maintainer: Person | undefined;
  /** How long earlier builds took. */
  readonly measured: MeasuredSeconds;
  readonly reporter: Reporter;
}

/**
 * Finds and reads the drivers of a plan, several at a time. Throws the errors of reading a driver, and InputError
 * `same-driver` if two drivers have the same name, because their packages would have the same names.
 */
export async function findDrivers(
  specs: readonly DriverSpec[],
  search: DriverSearch,
): Promise<FoundDriver[]> {
  const numbered = specs.map((spec, number) => ({ spec, number }));
  const together = await offeredTogether(search.archives.root, specs);
  const found = await mapConcurrently(numbered, availableParallelism(), ({ spec, number }) =>
    findDriver(spec, number, together, search),
  );
  const seen = new Set<string>();
  for (const { planned } of found) {
    const { name } = planned;
    if (seen.has(name)) {
      throw new InputError('same-driver', `two drivers have the name ${name}`, {
        hint: 'Leave one of the two drivers out: their packages would have the same names.',
      });
    }
    seen.add(name);
  }
  warnOfShallow(specs, search.reporter);
  warnOfUnknown(found, search.reporter);
  return found;
}

function warnOfUnknown(found: readonly FoundDriver[], reporter: Reporter): void {
  const without = found.filter(({ planned }) => isUnknown(planned.description.maintainer));
  const [first] = without;
  if (first === undefined) return;
  const names = someNames(
    without.map(({ planned }) => planned.name),
    10,
  );
  reporter.warn(
    `no maintainer of ${names} is known; the packages get ${formatPerson(first.planned.description.maintainer)}`,
    "Name the maintainer in dkms-deb.yaml: maintainer: 'Jane Doe <jane@example.org>'.",
  );
}

function warnOfShallow(specs: readonly DriverSpec[], reporter: Reporter): void {
  const unsure = specs.filter((spec) => spec.kind === 'tree' && hasUnsureTimestamp(spec.path));
  if (unsure.length === 0) return;
  reporter.warn(
    `the git clone lacks a part of its history, so each commit may seem to change drivers that have no debian/changelog (${unsure.length} of ${specs.length} drivers)`,
    'Fetch the history: git fetch --unshallow.',
  );
}

async function findDriver(
  spec: DriverSpec,
  number: number,
  together: ReadonlyMap<string, Offered>,
  { archives, scratch, planDirectory, without, maintainer, measured, reporter }: DriverSearch,
): Promise<FoundDriver> {
  const place = await locateDriver(spec, archives, together, reporter);
  const own = join(scratch, `driver-${number}`);
  await mkdir(own);
  const { conf, set, snapshot, suffix } = spec;
  const choices = { conf, set, snapshot, suffix };
  const reading = { path: place.path, choices, scratch: own, without, maintainer, reporter };
  const read = await readCachedDriver(reading);
  const planned: PlannedDriver = {
    id: read.facts.name,
    kind: spec.kind,
    ...(spec.kind === 'git' && { place: spec.url }),
    ...((spec.kind === 'tree' || spec.kind === 'deb') && {
      place: relative(planDirectory, spec.path) || '.',
    }),
    ...(place.commit !== undefined && { commit: place.commit }),
    ...(place.package !== undefined && { package: place.package }),
    ...(conf !== undefined && { conf }),
    ...(set !== undefined && { set: { ...set } }),
    ...(snapshot !== undefined && { snapshot }),
    ...(suffix !== undefined && { suffix }),
    ...read.facts,
    cost: driverCost(read.cost, measured.get(read.facts.name) ?? []),
  };
  return { planned, read };
}
