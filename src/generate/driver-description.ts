import type { DriverDescription } from '../package/modules-package.ts';
import { synopsisOf } from './control.ts';
import { copyrightFile } from './copyright.ts';
import type { Driver } from './driver.ts';
import { UNKNOWN_MAINTAINER } from './maintainer-field.ts';

/** What the tree's facts say of a driver that has no debian/, for packages of compiled modules. */
export function describeDriver(driver: Driver, timestamp: number): DriverDescription {
  const year = new Date(timestamp * 1000).getUTCFullYear();
  return {
    source: driver.sourceName,
    version: driver.version,
    maintainer: driver.maintainer?.value ?? UNKNOWN_MAINTAINER,
    homepage: driver.homepage.homepage?.value,
    synopsis: synopsisOf(driver),
    paragraphs: driver.description.paragraphs?.value ?? [],
    copyright: copyrightFile(driver, year).text,
    distributions: ['unstable'],
  };
}
