import { parseVersion } from '../debian/version.ts';

/** The version of an RPM package: the values of Epoch, Version and Release. */
export interface RpmVersion {
  /** Undefined if the epoch is 0, because packages do not state an epoch of 0. */
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string;
}

/**
 * Converts the version of a Debian package. Its upstream version may have a `-`, which RPM does not allow in
 * Version (rpm-spec(8)); each `-` becomes `+`. The Debian revision becomes the Release; a version without a
 * revision gets Release 1. Both systems sort usual versions in the same order, except for a `+` before a digit:
 * dpkg sorts 1.2+3 before 1.2.1, but for rpm all separators are equal, and 3 is more than 1. So a `+` before a
 * digit becomes `^`: rpm sorts 1.2^3 after 1.2 and before 1.2.1 (rpm-version(7)). A `+` before a letter stays: rpm
 * sorts letters before digits.
 */
export function rpmVersionOf(debianVersion: string): RpmVersion {
  const { epoch, upstream, revision } = parseVersion(debianVersion);
  return {
    epoch: Number(epoch) === 0 ? undefined : String(epoch),
    version: allowed(upstream),
    release: revision === '' ? '1' : allowed(revision),
  };
}

/**
 * Replaces what RPM refuses (rpm: build/parsePreamble.c, rpmCharCheck): `..`, and all characters except letters, digits
 * and `.+~_^`. Also replaces `+` before a digit (see rpmVersionOf).
 */
function allowed(text: string): string {
  return text
    .replace(/[^A-Za-z0-9.+~_^]/g, '+')
    .replace(/\+{2,}/g, '+')
    .replace(/\+(?=\d)/g, '^')
    .replace(/\.{2,}/g, '.');
}

/** Returns `VERSION-RELEASE`, with the epoch before it if there is one. */
export function formatRpmVersion({ epoch, version, release }: RpmVersion): string {
  return `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`;
}
