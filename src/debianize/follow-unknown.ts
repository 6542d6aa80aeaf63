import { formatPerson } from '../debian/person.ts';
import type { Driver } from '../driver/read-driver.ts';
import { UNKNOWN_MAINTAINER } from '../facts/project/maintainer.ts';
import { UNKNOWN_LICENSE } from './files/copyright-groups.ts';

const UNKNOWN_PERSON = formatPerson(UNKNOWN_MAINTAINER);

/**
 * Replaces the FIXMEs of init in a file that the user edited, if the values are known now. `wanted` is the text that
 * init would write now.
 */
export function followUnknown(driver: Driver, path: string, text: string, wanted: string): string {
  if (!text.includes('FIXME')) return text;
  const person = driver.maintainer?.value;
  const named =
    person === undefined ? text : text.replaceAll(UNKNOWN_PERSON, () => formatPerson(person));
  return path === 'copyright' ? followLicense(named, wanted) : named;
}

/** Replaces the FIXME in the trailers of a changelog (Policy 4.4) if the author is known. */
export function followTrailers(driver: Driver, changelog: string): string {
  const person = driver.changelogAuthor?.value;
  if (person === undefined) return changelog;
  const lines = changelog.split('\n');
  const start = ` -- ${UNKNOWN_PERSON}  `;
  return lines
    .map((line) =>
      line.startsWith(start) ? ` -- ${formatPerson(person)}  ${line.slice(start.length)}` : line,
    )
    .join('\n');
}

/** Replaces a FIXME for a licence, the text of a licence, or a holder in `text` by the value in `wanted`. */
function followLicense(text: string, wanted: string): string {
  const stanzas = text.split(/\n{2,}/);
  const fresh = wanted.trimEnd().split(/\n{2,}/);
  const main = fresh.find((stanza) => /^Files: \*$/m.test(stanza));
  const field = (name: string) =>
    new RegExp(`^${name}:.*(?:\\n[ \\t].*)*`, 'm').exec(main ?? '')?.[0];
  const isKnown = (value: string | undefined): value is string =>
    value !== undefined && !value.includes(UNKNOWN_LICENSE);
  const [license, copyright] = [field('License'), field('Copyright')];
  const replaced = stanzas.flatMap((stanza) => {
    if (isKnown(license) && /^License: FIXME\n FIXME$/.test(stanza.trim())) {
      const names = new Set(stanzas.map(licenseOf));
      return fresh.filter((one) => licenseOf(one) !== undefined && !names.has(licenseOf(one)));
    }
    const named = isKnown(license) ? stanza.replace(/^License: FIXME$/gm, () => license) : stanza;
    return isKnown(copyright) ? named.replace(/^Copyright: FIXME$/gm, () => copyright) : named;
  });
  return replaced.join() === stanzas.join() ? text : `${replaced.join('\n\n').trimEnd()}\n`;
}

/** Returns the name of the licence if a stanza has the text of a licence. Otherwise returns undefined. */
function licenseOf(stanza: string): string | undefined {
  return /^License: (.+)/.exec(stanza)?.[1];
}
