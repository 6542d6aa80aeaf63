/**
 * The mapping from DKMS's names and versions to Debian's. Directories below /usr/src keep the DKMS name
 * and version; only package names and package versions are translated.
 *
 * A package name has at least two characters: lower-case letters, digits, `+`, `-` and `.`; the first is a
 * letter or digit (Policy 5.6.1). So the letters of a DKMS name become lower-case, any other character that
 * is not allowed becomes `-`, and several `-` in a row become one.
 * Leading characters other than letters and digits and trailing `-` and `.` are removed. `-dkms` at the
 * end, once or several times, is not part of the driver's name. `Foo_mod` gives foo-mod, foo-mod-dkms
 * and foo-mod-modules-KVER.
 *
 * Versions (Policy 5.6.12) keep the order that their author meant:
 * - `v`, `ver`, `version`, `rel` or `release` before the first digit is removed: v1.2 -> 1.2
 * - a version that begins with another letter gets the prefix `0~`: a version must begin with a digit,
 *   and real versions sort after it: r119.abc -> 0~r119.abc, git -> 0~git
 * - a pre-release (alpha, beta, pre, preview, dev, rc) sorts before its release: 1.2-rc1, 1.2_rc1,
 *   1.2.rc1, 1.2rc1 -> 1.2~rc1
 * - the suffix of `git describe` sorts after the tag: 1.2-5-gabc1234 -> 1.2+5.gabc1234
 * - a date keeps its order: 2024-05-01 -> 2024.05.01
 * - any other `-`, `_`, `=` or `@` becomes `+`, because a hyphen would begin the Debian revision and the
 *   others are not allowed: 1.2-3 -> 1.2+3, which sorts between 1.2 and 1.2.1
 * - an epoch is kept: 1:2.3
 * - `-`, `_`, `.`, `+` and `~` at the beginning, and `+`, `.` and `~` at the end are removed
 * - other letters, `.`, `+` and `~` are kept, but several `+` become one: 2.2LK
 */
import { ConfError, type Place } from '../../errors.ts';
import { isPlaceholder } from './placeholder.ts';

const NO_NAME_HINT =
  'Set PACKAGE_NAME in dkms.conf to a name that begins with a letter or digit and consists of letters, digits, "+", "-", "." and "_".';
const NO_VERSION_HINT =
  'Set PACKAGE_VERSION in dkms.conf to a version of letters, digits, "+", "-", "." and "_", such as 1.0.';
const COLON_HINT =
  'Leave the epoch out of PACKAGE_VERSION; debian/changelog may have one (init --debian-version).';
/**
 * Why `:` and `%` are not allowed in a version. The kernel's Makefile refuses both, as in Linux 6.1 and 6.12: "module
 * directory path cannot contain '%'".
 */
const PATH_OF_KBUILD =
  'but kbuild cannot build in a directory with this character, and DKMS names the directory after the version';

/**
 * Returns the name of a driver's Debian source package. A name of one letter gets `-dkms`, because Debian requires two
 * characters (Policy 5.6.1). Like the functions for other package names below, throws ConfError `bad-package-name` if
 * the DKMS name is a placeholder or has no letter or digit.
 */
export function debianSourceName(dkmsName: string): string {
  const stem = stemOf(dkmsName);
  return stem.length < 2 ? `${stem}-dkms` : stem;
}

/** Returns the name of the package with the source that DKMS compiles: `<name>-dkms`, never `-dkms-dkms`. */
export function dkmsPackageName(dkmsName: string): string {
  return `${stemOf(dkmsName)}-dkms`;
}

/**
 * Returns the name of the package with the modules for one kernel: `<name>-modules-<kver>`. apt keeps
 * such a package as long as its kernel.
 */
export function modulesPackageName(dkmsName: string, kernelRelease: string): string {
  return `${stemOf(dkmsName)}-modules-${legalCharacters(kernelRelease)}`;
}

/** Returns the name of the virtual package that all module packages of a driver provide: `<name>-modules`. */
export function modulesVirtualName(dkmsName: string): string {
  return `${stemOf(dkmsName)}-modules`;
}

/** Returns the name of the package with the files that the modules for all kernels share: `<name>-modules-common`. */
export function modulesCommonName(dkmsName: string): string {
  return `${stemOf(dkmsName)}-modules-common`;
}

/** Returns the name of the metapackage for the newest kernel of a flavour: `<name>-modules-amd64`. */
export function modulesMetaName(dkmsName: string, flavour: string): string {
  return `${stemOf(dkmsName)}-modules-${legalCharacters(flavour)}`;
}

/**
 * Returns the Debian version for a DKMS version: with its epoch, but without a Debian revision. Throws
 * ConfError `bad-package-version` if that is impossible, as for `@VERSION@`.
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
      `PACKAGE_VERSION ${quote(dkmsVersion)} cannot be converted into a Debian version${because(dkmsVersion)}`,
      { hint: NO_VERSION_HINT, ...at(where) },
    );
  }
  return epoch + version;
}

/**
 * Whether `text` can be a version for DKMS and for Debian, and begins with a digit, or with `v` or `v.` and a digit.
 */
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

/** Returns `name`, or throws ConfError `bad-package-name` if it is not allowed in a directory name of /usr/src. */
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

/**
 * Returns `version`, or throws ConfError `bad-package-version` if it is not allowed in a directory name
 * of /usr/src.
 */
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

/**
 * Characters that are not allowed in a driver's name or version. dkms allows some of them, but a shell, make or
 * kbuild would fail because of them.
 */
const ILLEGAL_IN_NAME = /[^A-Za-z0-9._+@=-]/u;
const ILLEGAL_IN_VERSION = /[^A-Za-z0-9._+~@=-]/u;

/**
 * Returns why a name or version is not allowed, or undefined if it is allowed. NAME-VERSION becomes the name of a
 * directory, a word in shell commands, and a field in the output of `dkms status`.
 */
function unusable(value: string, illegal: RegExp): string | undefined {
  if (value === '') return 'is empty';
  if (isPlaceholder(value)) return 'is a placeholder without a value';
  if (Buffer.byteLength(value) > 100) return 'is longer than 100 bytes';
  const character = illegal.exec(value)?.[0];
  if (character !== undefined) return `contains ${quote(character)}`;
  if (/^[-~.]/.test(value)) return `begins with ${quote(value.charAt(0))}`;
  return undefined;
}

/** Returns the name of the driver as it is shown to people, without `-dkms`: Foo_mod for `Foo_mod-dkms`. */
export function driverName(dkmsName: string): string {
  return dkmsName.replace(/(?<=.)(?:[-_]dkms)+$/i, '');
}

function stemOf(dkmsName: string): string {
  const stem = legalCharacters(dkmsName).replace(/(?<=.)(?:-dkms)+$/, '');
  if (stem === '' || isPlaceholder(dkmsName)) {
    throw new ConfError(
      'bad-package-name',
      `PACKAGE_NAME ${quote(dkmsName)} cannot be converted into a Debian package name${because(dkmsName)}`,
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
  return isPlaceholder(value) ? ': it is a placeholder without a value' : '';
}

/** Shortens a value and returns it as JSON, so that a message has only one line. */
function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function at(where: Place | undefined): { where: Place } | Record<string, never> {
  return where === undefined ? {} : { where };
}
