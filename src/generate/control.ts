import { formatListField, formatStanza } from '../debian/control-field.ts';
import { formatDescription } from '../debian/description.ts';
import { renderTemplate } from '../system/template.ts';
import type { Driver } from './driver.ts';
import { type GeneratedFile, generated, type RulesStyle } from './generated-file.ts';
import { maintainerField } from './maintainer-field.ts';

/** Of the Policy that the generated files follow. */
const STANDARDS_VERSION = '4.7.0';

const BUILD_DEPENDS: Readonly<Record<RulesStyle, readonly string[]>> = {
  'dkms-deb': ['dkms-deb'],
  // Alone: dh takes no sequence out of an alternative (`dh-sequence-dkms | dkms` runs no dh_dkms).
  dh: ['debhelper-compat (= 13)', 'dh-sequence-dkms'],
};

/** debian/control: the source and its one binary package (Policy 5.2, 5.3). */
export function controlFile(driver: Driver, style: RulesStyle): GeneratedFile {
  const maintainer = maintainerField(driver.maintainer?.value);
  const unknown = [...maintainer.unknown];
  const { synopsis, paragraphs } = describe(driver, unknown);
  const source = formatStanza([
    ['Source', driver.sourceName],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Maintainer', maintainer.value],
  ]);
  const rest = formatStanza([
    ['Standards-Version', STANDARDS_VERSION],
    ['Rules-Requires-Root', 'no'],
    ['Testsuite', 'autopkgtest-pkg-dkms'],
  ]);
  const binary = formatStanza([
    ['Package', driver.packageName],
    ['Architecture', 'all'],
    ['Depends', '$' + '{misc:Depends}'],
    ['Description', formatDescription(synopsis, paragraphs)],
  ]);
  const buildDepends = formatListField('Build-Depends', BUILD_DEPENDS[style]);
  return generated('control', `${source}${buildDepends}${rest}\n${binary}`, { unknown });
}

/** Synopsis and long description: the tree's own words, then what a -dkms package is. */
export function describe(
  driver: Driver,
  unknown: string[],
): { synopsis: string; paragraphs: string[] } {
  const told = driver.description.synopsis?.value;
  if (told === undefined) {
    unknown.push('the description: set MODULE_DESCRIPTION, or write it into debian/control');
  }
  const modules = driver.conf.modules.map((module) => module.installedName);
  const dkms = renderTemplate('debian/description-dkms', {
    modules: modules.join(', '),
    several: modules.length > 1,
  }).trim();
  return {
    synopsis: `${told ?? 'FIXME'} (DKMS)`,
    paragraphs: [...(driver.description.paragraphs?.value ?? []), dkms],
  };
}
