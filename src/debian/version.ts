import { InputError, type Place } from '../errors.ts';

/** The three parts of a version, deb-version(7): `[epoch:]upstream[-revision]`. */
export interface Version {
  readonly epoch: number;
  readonly upstream: string;
  /** The Debian revision; empty for a native package. dpkg compares a missing revision like `0`. */
  readonly revision: string;
}

/** The largest epoch: dpkg stores it in a C int, and refuses a larger one. */
const MAX_EPOCH = 2_147_483_647;

/** Returns the parts of a version, or why dpkg's parseversion() would refuse `text`. */
function dissect(text: string): Version | string {
  if (text === '') return 'it is empty';
  if (/\s/.test(text)) return 'it contains a space';
  const colon = text.indexOf(':');
  const epoch = colon < 0 ? '0' : text.slice(0, colon);
  if (epoch === '') return 'the epoch before ":" is empty';
  if (!/^[0-9]+$/.test(epoch)) return `the epoch ${JSON.stringify(epoch)} is not a number`;
  if (Number(epoch) > MAX_EPOCH) return 'the epoch is too big';
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen);
  const revision = hyphen < 0 ? '' : rest.slice(hyphen + 1);
  if (upstream === '') return 'the upstream version is missing';
  if (hyphen >= 0 && revision === '') return 'the revision after "-" is empty';
  if (!/^[0-9]/.test(upstream)) return 'the upstream version does not begin with a digit';
  const bad = /[^0-9A-Za-z.+~:-]/u.exec(upstream) ?? /[^0-9A-Za-z.+~]/u.exec(revision);
  if (bad) return `it contains ${JSON.stringify(bad[0])}`;
  return { epoch: Number(epoch), upstream, revision };
}

/** Returns which rule of deb-version(7) `text` breaks, or undefined for a valid version. */
export function versionProblem(text: string): string | undefined {
  const result = dissect(text);
  return typeof result === 'string' ? result : undefined;
}

/** Would dpkg's parseversion() accept `text` as a version (Policy 5.6.12, deb-version(7))? */
export function isVersion(text: string): boolean {
  return typeof dissect(text) !== 'string';
}

/**
 * Returns the parts of a version (deb-version(7)). Throws InputError `version` with the broken
 * rule; `where` is the place of the version.
 */
export function parseVersion(text: string, where?: Place): Version {
  const result = dissect(text);
  if (typeof result !== 'string') return result;
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  throw new InputError('version', `version ${shown} is not allowed: ${result}`, {
    hint: 'Begin with a digit and use only letters, digits, ".", "+", "~" and "-" (deb-version(7)).',
    ...(where === undefined ? {} : { where }),
  });
}

/** Returns the version without its epoch, as in the file names of .deb and .dsc (Policy 5.6.12). */
export function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1);
}

/**
 * Returns the version without its Debian revision but with its epoch: `${source:Upstream-Version}` of
 * deb-substvars(5).
 */
export function withoutRevision(version: string): string {
  const hyphen = version.lastIndexOf('-');
  return hyphen < 0 ? version : version.slice(0, hyphen);
}

/**
 * Returns the version without the `+b1` of a binNMU: the version of the source (deb-substvars(5), `source:Version`).
 */
export function withoutBinNmu(version: string): string {
  return version.replace(/\+b[0-9]+$/, '');
}

/**
 * Compares two versions as dpkg does (deb-version(7), "Sorting algorithm"). Returns -1, 0 or 1.
 * Throws InputError `version` for an invalid version.
 */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  const left = parseVersion(a);
  const right = parseVersion(b);
  const difference =
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/**
 * Compares two upstream versions or revisions as dpkg's verrevcmp() does. In each, texts without digits (compared by
 * `order`) and numbers (compared by value) alternate. Returns a negative number, 0 or a positive number.
 */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = order(a, i++) - order(b, j++);
      if (difference !== 0) return difference;
    }
    while (a[i] === '0') i++;
    while (b[j] === '0') j++;
    // The digits are not converted to numbers: they may exceed 2^53.
    let firstDifference = 0;
    for (; isDigit(a, i) && isDigit(b, j); i++, j++) {
      firstDifference ||= a.charCodeAt(i) - b.charCodeAt(j);
    }
    if (isDigit(a, i)) return 1;
    if (isDigit(b, j)) return -1;
    if (firstDifference !== 0) return firstDifference;
  }
  return 0;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/**
 * Returns the sort key of a character: `~` before the end, the end before letters, letters before others. A digit has
 * the same key as the end.
 */
function order(text: string, index: number): number {
  if (index >= text.length || isDigit(text, index)) return 0;
  const character = text.charAt(index);
  if (character === '~') return -1;
  const code = text.charCodeAt(index);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
