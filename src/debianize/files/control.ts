import { type Field, formatStanza, listValue } from '../../debian/control-field.ts';
import { formatDescription } from '../../debian/description.ts';
import { dkmsPackageName, driverName } from '../../dkms/conf/names.ts';
import { sourcePrefix } from '../../driver/conf/find-conf.ts';
import type { RulesStyle } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { buildTools } from '../../facts/build/build-tools.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { maintainerField } from './maintainer-field.ts';

/**
 * The value of Standards-Version: the version of Policy in Debian 13. An older lintian only reports that it does not
 * know this version.
 */
const STANDARDS_VERSION = '4.7.2';

/** The most modules whose names are in the description. If there are more, the description has their number instead. */
const MAXIMUM_NAMES = 20;

/**
 * Returns the build dependencies of a package whose debian/rules init writes. `compat` is the level in debian/compat.
 * It is undefined if this file does not exist.
 */
export function buildDependsOf(style: RulesStyle, compat?: string): readonly string[] {
  if (style === 'dkms-deb') return ['dkms-deb'];
  // dh-sequence-dkms must not be in an alternative, because with `dh-sequence-dkms | dkms` dh does not run dh_dkms.
  const level = compat === undefined ? 'debhelper-compat (= 13)' : `debhelper (>= ${compat})`;
  return [level, 'dh-sequence-dkms'];
}

/**
 * The fields of the two stanzas of debian/control: for the source package and for its binary package (Policy 5.2, 5.3).
 */
export interface ControlFields {
  readonly source: readonly Field[];
  readonly binary: readonly Field[];
}

export function controlFields(driver: Driver, style: RulesStyle, compat?: string): ControlFields {
  const { homepage, vcsBrowser, vcsGit } = driver.homepage;
  const { synopsis, paragraphs } = describe(driver);
  return {
    source: [
      ['Source', driver.sourceName],
      ['Section', 'kernel'],
      ['Priority', 'optional'],
      ['Maintainer', maintainerField(driver.maintainer?.value).value],
      ['Build-Depends', listValue(buildDependsOf(style, compat))],
      ['Standards-Version', STANDARDS_VERSION],
      ['Homepage', homepage?.value],
      ['Vcs-Browser', vcsBrowser?.value],
      ['Vcs-Git', vcsGit?.value],
      ['Rules-Requires-Root', 'no'],
      ['Testsuite', 'autopkgtest-pkg-dkms'],
    ],
    binary: [
      ['Package', driver.packageName],
      ['Architecture', 'all'],
      ['Depends', listValue(dependsOf(driver))],
      ['Description', formatDescription(synopsis, paragraphs)],
    ],
  };
}

/** Returns debian/control, with a sentence for each unknown value. */
export function controlFile(driver: Driver, { source, binary }: ControlFields): GeneratedFile {
  const { unknown } = maintainerField(driver.maintainer?.value);
  return generated('control', `${formatStanza(source)}\n${formatStanza(binary)}`, { unknown });
}

/**
 * Returns the packages in the field Depends. `${misc:Depends}` has the dependency on dkms, but in Debian 12 without the
 * version of dkms that BUILD_EXCLUSIVE_KERNEL_MIN and _MAX need, so this version is added here. The drivers in
 * BUILD_DEPENDS are in other -dkms packages. Programs that the build commands call are also dependencies, because DKMS
 * compiles on the user's machine.
 */
function dependsOf(driver: Driver): string[] {
  const { conf } = driver;
  const newer = ['BUILD_EXCLUSIVE_KERNEL_MIN', 'BUILD_EXCLUSIVE_KERNEL_MAX'];
  return [
    '$' + '{misc:Depends}',
    ...(newer.some((directive) => conf.directives.has(directive)) ? ['dkms (>= 3.0.11)'] : []),
    ...new Set([...conf.buildDepends.map(dkmsPackageName), ...toolsOf(driver)]),
  ];
}

/** Returns the packages of the programs that the build commands call. */
export function toolsOf({ conf, sources, location }: Driver): string[] {
  const commands = [conf.preBuild, conf.make, conf.postBuild].filter((text) => text !== undefined);
  const prefix = sourcePrefix(location);
  const scripts = sources.files.flatMap((file) =>
    file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : [],
  );
  return buildTools(commands, scripts);
}

/** Returns the synopsis and the long description of the package. */
function describe(driver: Driver): { synopsis: string; paragraphs: string[] } {
  return { synopsis: `${synopsisOf(driver)} (DKMS)`, paragraphs: descriptionOf(driver) };
}

/**
 * Returns the paragraphs of the long description: first the paragraphs that the tree states, then a general one about
 * the modules and DKMS.
 */
export function descriptionOf(driver: Driver): string[] {
  const modules = driver.conf.modules.map((module) => module.installedName);
  const dkms = renderTemplate('debian/description-dkms', {
    modules: modules.length > MAXIMUM_NAMES ? '' : modules.join(', '),
    count: modules.length,
    name: stemOf(driver),
    several: modules.length > 1,
  }).trim();
  return [...(driver.description.paragraphs?.value ?? []), dkms];
}

function stemOf({ conf }: Driver): string {
  return driverName(conf.name).slice(0, 50);
}

/**
 * Returns the synopsis that the tree states. If the tree states no synopsis, returns a general one with the name of the
 * driver.
 */
export function synopsisOf(driver: Driver): string {
  const several = driver.conf.modules.length > 1;
  return (
    driver.description.synopsis?.value ??
    renderTemplate('debian/synopsis', {
      name: stemOf(driver),
      several,
    }).trim()
  );
}
