import { allLicences } from '../debian/spdx.ts';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';

/** The License tag of a driver whose licence is not known. */
export const UNKNOWN_LICENCE = 'FIXME';

/**
 * Returns the License tag: the SPDX expressions of the main licence and of all other licences of the packed files,
 * joined by AND. A licence without an SPDX expression is left out. Returns FIXME if the main licence is not known, or
 * if no licence has an SPDX expression. The package contains the source, so the tag names all licences in the source
 * (Fedora, "License: field").
 */
export function licenceTag(driver: Driver): string {
  const { licence, entries, location } = driver;
  if (licence.main === undefined) return UNKNOWN_LICENCE;
  const prefix = sourcePrefix(location);
  const packed = new Set(entries.map(({ path }) => prefix + path));
  const others = [...licence.files]
    .filter(([path]) => packed.has(path))
    .map(([, { value }]) => value)
    .sort();
  const main = licence.main.value;
  const known = new Set(main.split(' AND '));
  const more = others.filter((value) => value !== main && !known.has(value));
  const all = [main, ...more].filter(isExpression);
  return all.length === 0 ? UNKNOWN_LICENCE : allLicences(all);
}

function isExpression(text: string): boolean {
  return /^[A-Za-z0-9.+()-]+(?: [A-Za-z0-9.+()-]+)*$/.test(text);
}
