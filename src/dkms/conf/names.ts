/**
 * The one mapping from DKMS names and versions to Debian's. What lies under /usr/src keeps the
 * DKMS name and version; only package names and package versions are translated.
 *
 * Names (Policy 5.6.1: lower-case letters, digits, `+ - .`, two or more, alphanumeric first):
 * lower-case; every other character becomes `-`; runs of `-` become one; leading
 * non-alphanumerics and trailing `-` and `.` go; a `-dkms` at the end is the package's, not the
 * driver's, however often it stands there. `Foo_mod` -> foo-mod, foo-mod-dkms, foo-mod-modules-KVER.
 *
 * Versions (Policy 5.6.12), so that they sort as their author counts:
 * - a `v`, `ver`, `version`, `rel` or `release` before the first digit goes: v1.2 -> 1.2
 * - what begins with another letter gets `0~` in front, as a version begins with a digit, and the first
 *   real one is to sort after it: r119.abc -> 0~r119.abc, git -> 0~git
 * - a pre-release sorts before its release: 1.2-rc1, 1.2_rc1, 1.2.rc1, 1.2rc1 -> 1.2~rc1
 *   (alpha, beta, pre, preview, dev, rc)
 * - what `git describe` appends sorts after the tag: 1.2-5-gabc1234 -> 1.2+5.gabc1234
 * - a date keeps its order: 2024-05-01 -> 2024.05.01
 * - any other `-`, `_`, `=` or `@` becomes `+`, since a hyphen would begin the Debian revision, and the
 *   others are in no Debian version: 1.2-3 -> 1.2+3, which lies between 1.2 and 1.2.1
 * - an epoch stays: 1:2.3
 * - letters, `.`, `+` and `~` stay: 2.2LK
 */
import { ConfError, type Place } from '../../errors.ts';
import { isPlaceholder } from './placeholder.ts';

const NO_NAME_HINT =
  'Set PACKAGE_NAME in dkms.conf to a name of letters, digits, "+", "-", "." and "_".';
const NO_VERSION_HINT =
  'Set PACKAGE_VERSION in dkms.conf to a version of letters, digits, "+", "-", "." and "_", such as 1.0.';
const COLON_HINT =
  'Leave the epoch out of PACKAGE_VERSION; debian/changelog may have one (init --debian-version).';
/** Kernel Makefile: "module directory path cannot contain '%'"; the version is a directory of that path. */
const PATH_OF_KBUILD =
  'and kbuild builds in no directory with one, on any machine; DKMS builds in one named after the version';

/** The Debian source package of a driver; a name of one letter gets `-dkms`, as two are needed. */
export function debianSourceName(dkmsName: string): string {
  const stem = stemOf(dkmsName);
  return stem.length < 2 ? `${stem}-dkms` : stem;
}

/** The package with the source that DKMS compiles: `<name>-dkms`, never `-dkms-dkms`. */
export function dkmsPackageName(dkmsName: string): string {
  return `${stemOf(dkmsName)}-dkms`;
}

/** The package with the modules for one kernel: `<name>-modules-<kver>`, which apt keeps with it. */
export function modulesPackageName(dkmsName: string, kernelRelease: string): string {
  return `${stemOf(dkmsName)}-modules-${legalCharacters(kernelRelease)}`;
}

/** The virtual package that every package of a driver's modules provides: `<name>-modules`. */
export function modulesVirtualName(dkmsName: string): string {
  return `${stemOf(dkmsName)}-modules`;
}

/** The package that depends on the modules for the newest kernel of a flavour: `<name>-modules-amd64`. */
export function modulesMetaName(dkmsName: string, flavour: string): string {
  return `${stemOf(dkmsName)}-modules-${legalCharacters(flavour)}`;
}

/**
 * The upstream part of the Debian version, with the epoch if there is one, without a revision.
 * ConfError `bad-package-version` where no version is in it (`abc`, `@VERSION@`).
 */
export function debianUpstreamVersion(dkmsVersion: string, where?: Place): string {
  const [, epoch = '', rest = ''] = /^(\d+:)?(.*)$/s.exec(dkmsVersion.trim()) ?? [];
  const version = rest
    .replace(/^[-_.~+]+/, '')
    .replace(/^(?:v|ver|version|rel|release)[-_.]?(?=\d)/i, '')
    .replace(/^(\d{4})-(\d{2})-(\d{2})(?!\d)/, '$1.$2.$3')
    .replace(
      /(?<=\d)[-_.+]?(rc|alpha|beta|preview|pre|dev)(?=$|[-_.+~\d])/gi,
      (_, word: string) => `~${word.toLowerCase()}`,
    )
    .replace(/[-_](\d+)[-_]g([0-9a-f]{4,40})(?=$|[-_])/, '+$1.g$2')
    .replace(/[-_=@]+/g, '+')
    .replace(/\++/g, '+')
    .replace(/[+.~]+$/, '')
    .replace(/^(?=[A-Za-z])/, '0~');
  if (isPlaceholder(rest) || !/^\d[A-Za-z0-9.+~]*$/.test(version)) {
    throw new ConfError(
      'bad-package-version',
      `PACKAGE_VERSION ${quote(dkmsVersion)} cannot be made a Debian version${because(dkmsVersion)}`,
      { hint: NO_VERSION_HINT, ...at(where) },
    );
  }
  return epoch + version;
}

/** Is a text that the tree has somewhere a version, for DKMS and Debian, with nothing but `v` before its digits? */
export function isPlainVersion(text: string): boolean {
  return (
    /^(?:v\.?)?\d/i.test(text) &&
    unusable(text, ILLEGAL_IN_VERSION) === undefined &&
    attempt(() => debianUpstreamVersion(text))
  );
}

function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof ConfError) return false;
    throw error;
  }
}

/** Returns `name`, or throws ConfError `bad-package-name` where it is no name for /usr/src. */
export function checkDkmsName(name: string, where?: Place): string {
  const wrong = unusable(name, ILLEGAL_IN_NAME);
  if (wrong !== undefined) {
    throw new ConfError('bad-package-name', `PACKAGE_NAME ${quote(name)} ${wrong}`, {
      hint: NO_NAME_HINT,
      ...at(where),
    });
  }
  return name;
}

/** Returns `version`, or throws ConfError `bad-package-version` where it is none for /usr/src. */
export function checkDkmsVersion(version: string, where?: Place): string {
  const wrong = unusable(version, ILLEGAL_IN_VERSION);
  if (wrong !== undefined) {
    const pathOfKbuild = /^contains "[:%]"$/.test(wrong);
    const why = pathOfKbuild ? `${wrong}, ${PATH_OF_KBUILD}` : wrong;
    throw new ConfError('bad-package-version', `PACKAGE_VERSION ${quote(version)} ${why}`, {
      hint: /^\d+:\d/.test(version) ? COLON_HINT : NO_VERSION_HINT,
      ...at(where),
    });
  }
  return version;
}

/** dkms takes more; with these alone it builds, and a shell and make leave them as they are. */
const ILLEGAL_IN_NAME = /[^A-Za-z0-9._+@=-]/u;
const ILLEGAL_IN_VERSION = /[^A-Za-z0-9._+~@=-]/u;

/** The law of both: NAME-VERSION is a directory, a shell word, and a field of `dkms status`. */
function unusable(value: string, illegal: RegExp): string | undefined {
  if (value === '') return 'is empty';
  if (isPlaceholder(value)) return 'is a placeholder that nothing has filled in';
  if (Buffer.byteLength(value) > 100) return 'is longer than 100 bytes';
  const character = illegal.exec(value)?.[0];
  if (character !== undefined) return `contains ${quote(character)}`;
  if (/^[-~.]/.test(value)) return `begins with ${quote(value.charAt(0))}`;
  return undefined;
}

/** What people call the driver: `Foo_mod-dkms` → Foo_mod. */
export function driverName(dkmsName: string): string {
  return dkmsName.replace(/(?<=.)(?:[-_]dkms)+$/i, '');
}

function stemOf(dkmsName: string): string {
  const stem = legalCharacters(dkmsName).replace(/(?<=.)(?:-dkms)+$/, '');
  if (stem === '' || isPlaceholder(dkmsName)) {
    throw new ConfError(
      'bad-package-name',
      `PACKAGE_NAME ${quote(dkmsName)} cannot be made a Debian package name${because(dkmsName)}`,
      { hint: NO_NAME_HINT },
    );
  }
  return stem;
}

function legalCharacters(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9+.-]/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/[-.]+$/, '');
}

function because(value: string): string {
  return isPlaceholder(value) ? ': it is a placeholder that nothing has filled in' : '';
}

/** As JSON, cut: an error message stays one line whatever the value is. */
function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function at(where: Place | undefined): { where: Place } | Record<string, never> {
  return where === undefined ? {} : { where };
}
