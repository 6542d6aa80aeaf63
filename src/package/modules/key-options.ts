import { formatPerson, type Person } from '../../debian/person.ts';
import type { DriverDescription } from '../driver-description.ts';
import { digestOf } from './build-key.ts';
import type { ModulesPackageChoices } from './package-choices.ts';

/** A driver of BUILD_DEPENDS: its DKMS name, and what identifies its build. */
export interface KeyDependency {
  readonly name: string;
  /**
   * The Build-Key of the driver's package, or else the version of the package, or else a sha256 of the exported
   * symbols.
   */
  readonly key: string;
}

/**
 * Returns the part `options` of a key. Options for -dbgsym packages and signatures are left out, because a package of
 * unsigned modules does not change with these options.
 */
export function optionsPart(
  maintainer: Person,
  choices: ModulesPackageChoices,
  dependencies: readonly KeyDependency[],
): string {
  const { initramfs, dkmsRelation, kernelDependency, kernelPackage } = choices;
  return digestOf([
    formatPerson(maintainer),
    initramfs,
    dkmsRelation,
    kernelDependency ?? '',
    kernelPackage ?? '',
    dependencies.map(({ name, key }) => [name, key]).sort(),
  ]);
}

/**
 * Returns the part `source` of a key. `files` is a sha256 of the source without dkms.conf. `common` is a sha256 of the
 * files for all kernels, if there are any. The maintainer is in the part `options`.
 */
export function sourcePart(
  files: string,
  driver: DriverDescription,
  timestamp: number,
  common?: string,
): string {
  return digestOf([
    files,
    driver.source,
    driver.dkmsPackage,
    driver.version,
    driver.sourceVersion,
    driver.homepage ?? '',
    driver.synopsis,
    driver.paragraphs,
    driver.copyright,
    driver.changelog,
    driver.distributions,
    timestamp,
    ...(common === undefined ? [] : [common]),
  ]);
}
