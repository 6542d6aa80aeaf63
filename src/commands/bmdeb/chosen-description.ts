import { isPackageName } from '../../debian/package-name.ts';
import { formatPerson, parsePerson } from '../../debian/person.ts';
import { parseVersion, withoutRevision } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { isUnknown } from '../../facts/project/maintainer.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PackageArguments } from './package-options.ts';

type Choices = Pick<PackageArguments, 'maintainer' | 'revision' | 'kernelDep' | 'kernelPackage'>;

/**
 * Returns the description of a driver with the maintainer of --maintainer and the revision of --revision, if these are
 * given. Throws the error of parseVersion if a version, old or new, is not a Debian version. Throws the errors of
 * checkChoices.
 */
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

/** Warns of facts that debian/ or the package does not state. It is called once in a run. */
export function warnOfUnknown(
  { description: { maintainer }, missing = [], isPackage }: DriverSource,
  reporter: Reporter,
): void {
  if (missing.length > 0) {
    reporter.warn(
      `${isPackage ? 'the package' : 'debian/'} has no ${missing.join(', no ')}; using facts from the source for the packages of modules`,
      'Check these facts in one of the packages, or add them to debian/.',
    );
  }
  if (!isUnknown(maintainer)) return;
  reporter.warn(
    `no maintainer is known; using ${formatPerson(maintainer)}`,
    "Set the maintainer with --maintainer 'Jane Doe <jane@example.org>', or with export DEBFULLNAME='Jane Doe' DEBEMAIL=jane@example.org.",
  );
}

/**
 * Checks --maintainer, --revision and --kernel-package, which become control fields and parts of file names. Returns
 * the person of --maintainer and the revision, undefined for an option that is not given. Throws UsageError for a wrong
 * value.
 */
export function checkChoices({ maintainer, revision, kernelDep, kernelPackage }: Choices) {
  const person = maintainer === undefined ? undefined : parsePerson(maintainer);
  if (maintainer !== undefined && person === undefined) {
    throw new UsageError(`--maintainer ${shown(maintainer)} is not a name with a mail address`, {
      hint: "Write it like --maintainer 'Jane Doe <jane@example.org>', in one line.",
    });
  }
  if (revision !== undefined && !/^[A-Za-z0-9.+~]{1,64}$/.test(revision)) {
    throw new UsageError(`--revision ${shown(revision)} is not a Debian revision`, {
      hint: 'Use letters, digits, ".", "+" and "~" only, such as 1 or 0local2 (deb-version(7)).',
    });
  }
  if (kernelPackage !== undefined) {
    if (kernelDep === 'none') {
      throw new UsageError('--kernel-package cannot be combined with --kernel-dep none');
    }
    if (!isPackageName(kernelPackage)) {
      throw new UsageError(`--kernel-package ${shown(kernelPackage)} is not a package name`, {
        hint: 'Give one name without a version, such as raspberrypi-kernel.',
      });
    }
  }
  return { maintainer: person, revision };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
