import type { Driver } from '../driver/read-driver.ts';
import { UNKNOWN_MAINTAINER } from '../facts/project/maintainer.ts';
import type { DriverDescription, FoundDescription } from '../package/driver-description.ts';
import { changelogFile } from './files/changelog-file.ts';
import { synopsisOf } from './files/control.ts';
import { copyrightFile } from './files/copyright-file.ts';

/**
 * Returns the description of a driver without debian/, from facts about the tree. It is for packages of compiled
 * modules.
 */
export function describeDriver(driver: Driver, timestamp: number): DriverDescription {
  const year = new Date(timestamp * 1000).getUTCFullYear();
  return {
    source: driver.sourceName,
    dkmsPackage: driver.packageName,
    version: driver.version,
    sourceVersion: driver.version,
    maintainer: driver.maintainer?.value ?? UNKNOWN_MAINTAINER,
    homepage: driver.homepage.homepage?.value,
    synopsis: synopsisOf(driver),
    paragraphs: driver.description.paragraphs?.value ?? [],
    copyright: copyrightFile(driver, year).text,
    changelog: initialChangelog(driver, timestamp),
    distributions: ['unstable'],
  };
}

/**
 * Completes a description that was read from debian/ or from a package: facts about the tree replace its missing
 * values.
 */
export function completeDescription(
  found: FoundDescription,
  driver: Driver,
  timestamp: number,
): DriverDescription {
  const facts = describeDriver(driver, timestamp);
  return {
    ...found,
    maintainer: found.maintainer ?? facts.maintainer,
    synopsis: found.synopsis ?? facts.synopsis,
    copyright: found.copyright ?? facts.copyright,
  };
}

/** Returns the debian/changelog that init would create for a native package. */
function initialChangelog(driver: Driver, timestamp: number): string {
  const options = { timestamp, revision: '', existing: undefined, tags: [] };
  return changelogFile(driver, options).text;
}
