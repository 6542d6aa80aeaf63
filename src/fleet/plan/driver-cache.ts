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

/** The facts of a driver, read now or by an earlier run from the same files. */
export interface CachedDriver extends ReadDriver {
  /**
   * By release and machine of a kernel: why the driver excludes the kernel, or '' if the driver does not exclude the
   * kernel.
   */
  readonly exclusions: Map<string, string>;
  /**
   * Returns the path of a dkms.conf that can be evaluated, because the other files of the source are in the same
   * directory.
   */
  confFile(): Promise<string>;
  /**
   * Writes the driver into the cache if the cache did not have it, or if `exclusions` has grown since the driver was
   * read.
   */
  store(): Promise<void>;
}

/** The limits of the cache. The facts of one driver have 5 to 100 kB. */
const LIMIT = { mostBytes: 64 * 1024 * 1024, keptSeconds: 24 * 3600 };

interface Entry {
  readonly driver: ReadDriver;
  readonly exclusions: readonly (readonly [string, string])[];
}

/**
 * Reads the facts of a driver, from the cache if no file of the driver has changed. Without the cache, reading takes
 * about 0.3 s, or minutes for a tree without a dkms.conf. A cache that is damaged or cannot be written is not an error.
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
