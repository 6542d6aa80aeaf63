import { basename } from 'node:path';
import { descriptionOf, synopsisOf, toolsOf } from '../debianize/files/control.ts';
import { type GeneratedFile, generated } from '../debianize/files/generated-file.ts';
import type { PlacedFile } from '../debianize/files/placed-file.ts';
import { dkmsPackageName } from '../dkms/conf/names.ts';
import type { Driver } from '../driver/read-driver.ts';
import { readmesOf } from '../facts/project/description-fact.ts';
import { shellWord } from '../system/text/shell-word.ts';
import { renderTemplate } from '../system/text/template.ts';
import { licenceTag, UNKNOWN_LICENCE } from './licence-tag.ts';
import { listedLicences } from './listed-licences.ts';
import { PLAIN_PATH } from './plain-path.ts';
import { type RpmVersion, rpmVersionOf } from './rpm-version.ts';
import type { SpecEntry } from './spec-changelog.ts';
import { specLine, specParagraphs } from './spec-text.ts';

/** What a spec is made from, in addition to the driver. */
export interface SpecInput {
  readonly version: RpmVersion;
  readonly changelog: readonly SpecEntry[];
  readonly placed: readonly PlacedFile[];
  /**
   * Whether rpm/ has a dkms.conf of its own: the source has none, or the packed dkms.conf differs from that of the
   * source.
   */
  readonly ownConf: boolean;
  /** The paths in the tarball of the source. */
  readonly tarball: ReadonlySet<string>;
}

/** The files of rpm/, and notes about files that %files cannot name. */
export interface SpecFiles {
  readonly files: readonly GeneratedFile[];
  readonly notes: readonly string[];
}

/**
 * For a Debian package, the name of its program if this is not the name of the package. Undefined if the spec gets no
 * requirement for the package. An RPM package can require a program by its path.
 */
const PROGRAM_OF: Readonly<Record<string, string | undefined>> = {
  'ninja-build': 'ninja',
  pkgconf: 'pkg-config',
  libtool: 'libtoolize',
  // On systems with RPM, gcc requires the headers of glibc.
  'libc6-dev': undefined,
};

/** Returns rpm/<package>.spec, and the other files of rpm/ that the spec packs. */
export function specFiles(driver: Driver, input: SpecInput): SpecFiles {
  const { conf, location, packageName } = driver;
  const sources: { number: number; name: string }[] = [];
  const files: GeneratedFile[] = [];
  const notes: string[] = [];
  const addSource = (name: string, text: string): string => {
    sources.push({ number: sources.length + 1, name });
    files.push(generated(name, text));
    return `%{SOURCE${sources.length}}`;
  };
  if (input.ownConf) addSource(`${packageName}.dkms`, driver.driverConf.text);
  // All sources of an RPM are in one directory. So of two files with the same name, the second one gets its directory
  // in its name: modules-load.d-x.conf.
  const sourceName = (target: string) => {
    const name = basename(target);
    return files.some(({ path }) => path === name) ? target.split('/').slice(-2).join('-') : name;
  };
  const installed = input.placed.flatMap(({ target, path, text, mode }) => {
    if (!PLAIN_PATH.test(target)) {
      notes.push(`${path ?? target} is not in the RPM package: %files cannot contain such a name`);
      return [];
    }
    const from =
      path === undefined ? addSource(sourceName(target), text) : specLine(shellWord(path));
    return [{ from, to: `%{_prefix}/${target.replace(/^usr\//, '')}`, mode: mode.toString(8) }];
  });
  const documents = readmesOf(driver.sources.files, location.sourceRoot).slice(0, 1);
  const named = (paths: readonly string[]) => {
    const odd = paths.filter((path) => !PLAIN_PATH.test(path));
    const absent = paths.filter((path) => PLAIN_PATH.test(path) && !input.tarball.has(path));
    notes.push(
      ...odd.map((path) => `${path} is not in %files, which cannot contain such a name`),
      ...absent.map((path) => `${path} is not in %files, because it is not packed`),
    );
    return paths.filter((path) => PLAIN_PATH.test(path) && input.tarball.has(path));
  };
  const licences = listedLicences(
    named(driver.licence.texts.map(({ path }) => path)),
    location.sourceRoot,
  );
  notes.push(...licences.notes);
  const licence = licenceTag(driver);
  const { homepage } = driver.homepage;
  const text = renderTemplate('rpm/spec', {
    package: packageName,
    stem: packageName.replace(/-dkms$/, ''),
    dkmsName: conf.name,
    dkmsVersion: conf.version,
    autoinstall: isAutoinstalled(driver),
    epoch: input.version.epoch ?? '',
    version: input.version.version,
    release: input.version.release,
    summary: specLine(`${capital(synopsisOf(driver))} (DKMS)`),
    licence,
    url: homepage === undefined ? '' : specLine(homepage.value),
    dkms: needsNewDkms(driver) ? 'dkms >= 3.0.11' : 'dkms',
    requires: requiresOf(driver),
    sources,
    conf: input.ownConf ? ['%{SOURCE1}'] : [],
    description: specParagraphs(descriptionOf(driver)),
    folder: location.sourceRoot === '' ? '.' : specLine(shellWord(`${location.sourceRoot}/.`)),
    installed,
    licences: licences.files,
    documents: named(documents.map(({ path }) => path)),
    changelog: input.changelog.map((entry) => entry.text).join('\n\n'),
  });
  const unknown =
    licence === UNKNOWN_LICENCE
      ? ['the licence: add a LICENSE file, or write it into rpm/, as an SPDX expression']
      : [];
  return { files: [generated(`${packageName}.spec`, text, { unknown }), ...files], notes };
}

/** Returns the version of the driver. If the latest changelog entry is for this version, the revision is added. */
export function specVersion(driver: Driver, latest: string | undefined): RpmVersion {
  const same = latest === driver.version || latest?.startsWith(`${driver.version}-`);
  return rpmVersionOf(same && latest !== undefined ? latest : driver.version);
}

/** Whether DKMS builds the driver for new kernels. `no` means no, although DKMS before 3.1.7 takes it for yes. */
function isAutoinstalled({ conf, driverConf }: Driver): boolean {
  const isNo = /^[ \t]*AUTOINSTALL=(["']?)no\1[ \t]*$/im.test(driverConf.text);
  return conf.directives.has('AUTOINSTALL') && !isNo;
}

/** Whether the driver needs dkms 3.0.11, the first version that reads BUILD_EXCLUSIVE_KERNEL_MIN and _MAX. */
function needsNewDkms({ conf }: Driver): boolean {
  return ['BUILD_EXCLUSIVE_KERNEL_MIN', 'BUILD_EXCLUSIVE_KERNEL_MAX'].some((name) =>
    conf.directives.has(name),
  );
}

function requiresOf(driver: Driver): string[] {
  const tools = toolsOf(driver).flatMap((tool) => {
    const program = Object.hasOwn(PROGRAM_OF, tool) ? PROGRAM_OF[tool] : tool;
    return program === undefined ? [] : [`/usr/bin/${program}`];
  });
  return [...new Set([...driver.conf.buildDepends.map(dkmsPackageName), ...tools])];
}

function capital(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
