import { parseDeb822 } from '../../debian/deb822.ts';
import { allLicences, dep5ToSpdx } from '../../debian/spdx.ts';
import { dkmsPackageName } from '../../dkms/conf/names.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { moduleStem } from '../../module/format/module-path.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { PLAIN_PATH } from '../plain-path.ts';
import { formatRpmVersion } from '../rpm-version.ts';
import { specChangelog } from '../spec-changelog.ts';
import { specLine, specParagraphs } from '../spec-text.ts';
import { kmodIdentity } from './kmod-identity.ts';

/** A file of the package: its name among the sources of the spec, and the path to which it is installed. */
export interface KmodFile {
  readonly name: string;
  readonly to: string;
  /** Whether the file contains the licence. */
  readonly document: boolean;
}

/** The License tag if licenceOfCopyright finds no expression (SPDX: user-defined references). */
const UNKNOWN_LICENCE = 'LicenseRef-Unknown';

/**
 * Returns the files of the package: the modules in extra/, the record of the build, and the copyright. Throws
 * InputError `rpm-file-name` for a module whose name %files cannot contain.
 */
export function kmodFiles(
  build: Pick<ModuleBuild, 'conf' | 'modules'>,
  headers: Pick<KernelHeaders, 'release' | 'architecture' | 'moduleDirectory'>,
  driver: DriverDescription,
): KmodFile[] {
  const { name } = kmodIdentity(headers, driver);
  const extra = `${headers.moduleDirectory}/${headers.release}/extra/${build.conf.name}`;
  const files = build.modules.map((module) => ({
    name: module.name,
    to: `${extra}/${module.name}`,
    document: false,
  }));
  const odd = files.find((file) => !PLAIN_PATH.test(file.to));
  if (odd !== undefined) {
    const isName = !PLAIN_PATH.test(odd.name);
    throw new InputError('rpm-file-name', `an RPM package cannot list the file ${odd.to}`, {
      hint: `${isName ? 'Rename the module with DEST_MODULE_NAME' : 'Change PACKAGE_NAME'} in dkms.conf.`,
    });
  }
  return [
    ...files,
    { name: 'build.json', to: `/usr/share/${name}/build.json`, document: false },
    { name: 'copyright', to: `/usr/share/licenses/${name}/copyright`, document: true },
  ];
}

/** Returns the spec of the package with the modules for one kernel. `related`: see hasKernelRelations. */
export function kmodSpec(
  build: Pick<ModuleBuild, 'conf' | 'modules' | 'dependencies'>,
  headers: Pick<KernelHeaders, 'release' | 'architecture' | 'moduleDirectory'>,
  driver: DriverDescription,
  { related }: { readonly related: boolean },
): string {
  const { release, moduleDirectory } = headers;
  const { stem, name, version } = kmodIdentity(headers, driver);
  const modules = build.modules.map((module) => moduleStem(module.name));
  const suffix = renderTemplate('package/modules-synopsis', { release }).trim();
  const about = renderTemplate('package/modules-description', {
    release,
    modules: modules.join(', '),
    several: modules.length > 1,
  });
  const changelog = specChangelog(driver.changelog);
  return renderTemplate('rpm/kmod-spec', {
    package: name,
    name: build.conf.name,
    stem,
    epoch: version.epoch ?? '',
    version: version.version,
    release: version.release,
    evr: formatRpmVersion(version),
    summary: specLine(`${driver.synopsis} (${suffix})`),
    licence: licenceOfCopyright(driver.copyright) ?? UNKNOWN_LICENCE,
    url: driver.homepage === undefined ? '' : specLine(driver.homepage),
    files: kmodFiles(build, headers, driver).map((file, number) => ({
      ...file,
      number,
      source: `%{SOURCE${number}}`,
    })),
    kernel: release,
    directory: `${moduleDirectory}/${release}`,
    related,
    requires: build.dependencies.map(
      (other) =>
        kmodIdentity(headers, { ...driver, dkmsPackage: dkmsPackageName(other.name) }).name,
    ),
    modules: modules.map((module) => `${module}.ko`),
    dkmsPackage: driver.dkmsPackage,
    description: specParagraphs([...driver.paragraphs, about.trim()]),
    changelog: changelog.map((entry) => entry.text).join('\n\n'),
  });
}

/**
 * Returns the SPDX expression of the licences in a debian/copyright. The licence of debian/ itself is left out. Returns
 * undefined if the file is not machine-readable, has no licence for files, or has a License field that is not a list of
 * short names (dep5ToSpdx).
 */
export function licenceOfCopyright(copyright: string): string | undefined {
  try {
    const { paragraphs } = parseDeb822(copyright, 'debian/copyright');
    const licences = paragraphs.flatMap((paragraph) => {
      const files = paragraph.get('Files')?.trim();
      const [licence = ''] = (paragraph.get('License') ?? '').split('\n');
      return files === undefined || files === 'debian/*' ? [] : [dep5ToSpdx(licence)];
    });
    const known = licences.filter((licence) => licence !== undefined);
    return known.length === 0 || known.length < licences.length ? undefined : allLicences(known);
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}
