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

/** The Policy that the generated files follow: trixie's. An older lintian only says that it is newer. */
const STANDARDS_VERSION = '4.7.2';

/** More modules than this are counted, not listed. */
const MAXIMUM_NAMES = 20;

const BUILD_DEPENDS: Readonly<Record<RulesStyle, readonly string[]>> = {
  'dkms-deb': ['dkms-deb'],
  // Alone: dh takes no sequence out of an alternative (`dh-sequence-dkms | dkms` runs no dh_dkms).
  dh: ['debhelper-compat (= 13)', 'dh-sequence-dkms'],
};

/** The fields of debian/control: of the source and of its one binary package (Policy 5.2, 5.3). */
export interface ControlFields {
  readonly source: readonly Field[];
  readonly binary: readonly Field[];
}

export function controlFields(driver: Driver, style: RulesStyle): ControlFields {
  const { homepage, vcsBrowser, vcsGit } = driver.homepage;
  const { synopsis, paragraphs } = describe(driver);
  return {
    source: [
      ['Source', driver.sourceName],
      ['Section', 'kernel'],
      ['Priority', 'optional'],
      ['Maintainer', maintainerField(driver.maintainer?.value).value],
      ['Build-Depends', listValue(BUILD_DEPENDS[style])],
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

/** debian/control, and what of it nobody could tell. */
export function controlFile(driver: Driver, { source, binary }: ControlFields): GeneratedFile {
  const { unknown } = maintainerField(driver.maintainer?.value);
  return generated('control', `${formatStanza(source)}\n${formatStanza(binary)}`, { unknown });
}

/**
 * `${misc:Depends}` brings dkms; bookworm's dh_dkms does not know that BUILD_EXCLUSIVE_KERNEL_MIN and
 * _MAX need 3.0.11. BUILD_DEPENDS are drivers of other -dkms packages. The build happens where the package
 * is installed: the programs that its commands call are dependencies, too.
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

/** Packages of the programs that the build calls where DKMS compiles. */
export function toolsOf({ conf, sources, location }: Driver): string[] {
  const commands = [conf.preBuild, conf.make, conf.postBuild].filter((text) => text !== undefined);
  const prefix = sourcePrefix(location);
  const scripts = sources.files.flatMap((file) =>
    file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : [],
  );
  return buildTools(commands, scripts);
}

/** Synopsis and long description of the package. */
function describe(driver: Driver): { synopsis: string; paragraphs: string[] } {
  return { synopsis: `${synopsisOf(driver)} (DKMS)`, paragraphs: descriptionOf(driver) };
}

/** The paragraphs of the long description: the tree's own words, then what a -dkms package is. */
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

/** The tree's own words; else what is certain: whose kernel modules these are. */
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
