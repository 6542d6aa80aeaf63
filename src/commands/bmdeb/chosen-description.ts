import { formatPerson, parsePerson } from '../../debian/person.ts';
import { parseVersion, withoutRevision } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { isUnknown } from '../../facts/project/maintainer.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PackageArguments } from './package-options.ts';

type Choices = Pick<PackageArguments, 'maintainer' | 'revision'>;

/** What is known of the driver, with --maintainer and --revision in the place of what was found. */
export function chosenDescription(driver: DriverDescription, choices: Choices): DriverDescription {
  const { maintainer, revision } = checkChoices(choices);
  const chosen = { ...driver, ...(maintainer && { maintainer }) };
  parseVersion(driver.version);
  parseVersion(driver.sourceVersion);
  if (revision === undefined) return chosen;
  const version = `${withoutRevision(driver.version)}-${revision}`;
  parseVersion(version);
  return { ...chosen, version, sourceVersion: version };
}

/** Once, not for each package: what nobody said of them that somebody should. */
export function warnOfUnknown(
  { description: { maintainer }, missing = [], isPackage }: DriverSource,
  reporter: Reporter,
): void {
  if (missing.length > 0) {
    reporter.warn(
      `${isPackage ? 'the package' : 'debian/'} has no ${missing.join(', no ')}: the packages of modules have what the sources tell instead`,
      'Read it in one of them, or write it into debian/.',
    );
  }
  if (!isUnknown(maintainer)) return;
  reporter.warn(
    `nobody says whose packages these are: their Maintainer is ${formatPerson(maintainer)}`,
    "Say it: --maintainer 'Jane Doe <jane@example.org>', or export DEBFULLNAME='Jane Doe' DEBEMAIL=jane@example.org.",
  );
}

/** UsageError for what is no person and no revision: both become control fields and file names. */
export function checkChoices({ maintainer, revision }: Choices) {
  const person = maintainer === undefined ? undefined : parsePerson(maintainer);
  if (maintainer !== undefined && person === undefined) {
    throw new UsageError(`--maintainer ${shown(maintainer)} is not a person with an address`, {
      hint: "Such as --maintainer 'Jane Doe <jane@example.org>', on one line.",
    });
  }
  if (revision !== undefined && !/^[A-Za-z0-9.+~]{1,64}$/.test(revision)) {
    throw new UsageError(`--revision ${shown(revision)} is not a Debian revision`, {
      hint: 'Use letters, digits, ".", "+" and "~" only, such as 1 or 0local2 (deb-version(7)).',
    });
  }
  return { maintainer: person, revision };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
