import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePlace } from '../../system/files/cache-place.ts';
import { markUsed, removeOldest } from '../../system/files/cache-size.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';
import { driverStamp } from './driver-stamp.ts';
import {
  type DriverReading,
  factsOf,
  type ReadDriver,
  readFleetSource,
} from './read-planned-driver.ts';

/** A driver that was read now, or in an earlier run from the same files. */
export interface CachedDriver extends ReadDriver {
  /** Why kernels are excluded, by release and machine; '' for a kernel that is not. */
  readonly exclusions: Map<string, string>;
  /** Returns the dkms.conf where it can be evaluated, with the files beside it. */
  confFile(): Promise<string>;
  /** Stores the exclusions that were found since. */
  store(): Promise<void>;
}

/** Facts of a driver have 5 to 100 kB. */
const LIMIT = { mostBytes: 64 * 1024 * 1024, keptSeconds: 24 * 3600 };

interface Entry {
  readonly driver: ReadDriver;
  readonly exclusions: readonly (readonly [string, string])[];
}

/**
 * Reads a driver, from the cache if nothing of it has changed. Reading takes about 0.3 s, and minutes for a tree without
 * a dkms.conf. A cache that cannot be written or is damaged does not matter.
 */
export async function readCachedDriver(reading: DriverReading): Promise<CachedDriver> {
  const file = join(cachePlace('drivers'), `${await driverStamp(reading)}.json`);
  const known = await readEntry(file);
  if (known !== undefined) await markUsed(file);
  const exclusions = new Map(known?.exclusions);
  let source = known === undefined ? readFleetSource(reading) : undefined;
  const driver = known?.driver ?? (await factsOf(await (source ?? readFleetSource(reading))));
  const before = known === undefined ? -1 : exclusions.size;
  return {
    ...driver,
    exclusions,
    confFile: async () => {
      source ??= readFleetSource(reading);
      return (await source).confFile;
    },
    store: async () => {
      if (exclusions.size === before) return;
      const entry: Entry = { driver, exclusions: [...exclusions] };
      await makeDirectory(cachePlace('drivers')).catch(() => {});
      await writeWhole(file, (temporary) => writeFile(temporary, JSON.stringify(entry))).catch(
        () => {},
      );
      await removeOldest(cachePlace('drivers'), LIMIT).catch(() => {});
    },
  };
}

async function readEntry(file: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Entry;
  } catch {
    return undefined;
  }
}
