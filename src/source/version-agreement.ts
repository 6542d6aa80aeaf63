import { withoutEpoch, withoutRevision } from '../debian/version.ts';
import { debianUpstreamVersion } from '../dkms/conf/names.ts';
import type { Place } from '../errors.ts';

/** A version and the place where it is written. */
export interface StatedVersion {
  readonly version: string;
  readonly place: Place;
}

/**
 * Matches suffixes that packagers append to the version of upstream: `+ds`, `.dfsg1`, `+git20261121.1a2b3c4`,
 * `~ppa1`, `ubuntu1`.
 */
const SUFFIX = /^(?:[+~]|[.+-]?(?:dfsg|ds|git|svn|hg|repack)|ubuntu\d|build\d)/;

/**
 * Whether the version in the changelog is the same as the version in dkms.conf. Revision, epoch and suffixes of
 * packagers are ignored. `+really1.2` means 1.2. Also true if debianUpstreamVersion makes the version in the changelog
 * from the version in dkms.conf.
 */
export function versionsAgree(changelog: string, dkmsVersion: string): boolean {
  const full = withoutEpoch(changelog);
  const upstream = withoutRevision(full);
  return [withoutEpoch(dkmsVersion), mapped(dkmsVersion)].some((wanted) => {
    if (wanted === undefined) return false;
    if (full === wanted || upstream === wanted || upstream.endsWith(`+really${wanted}`))
      return true;
    return upstream.startsWith(wanted) && SUFFIX.test(upstream.slice(wanted.length));
  });
}

/**
 * Returns a sentence with both places if two versions differ, otherwise undefined. The sentence is a warning, not an
 * error, because the package works. Usually the author forgot to change one of the versions.
 */
export function versionContradiction(
  changelog: StatedVersion,
  conf: StatedVersion,
): string | undefined {
  if (versionsAgree(changelog.version, conf.version)) return undefined;
  const first = `${shown(changelog.place)} has version ${changelog.version}`;
  return `${first}, but ${shown(conf.place)} has PACKAGE_VERSION ${conf.version}`;
}

function mapped(version: string): string | undefined {
  try {
    return withoutEpoch(debianUpstreamVersion(version));
  } catch {
    return undefined;
  }
}

function shown({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
