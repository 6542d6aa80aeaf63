import { withoutEpoch, withoutRevision } from '../debian/version.ts';
import { debianUpstreamVersion } from '../dkms/conf/names.ts';
import type { Place } from '../errors.ts';

/** A version and where it stands. */
export interface StatedVersion {
  readonly version: string;
  readonly place: Place;
}

/** What packagers append to upstream's version: `+ds`, `.dfsg1`, `+git20261121.1a2b3c4`, `~ppa1`, `ubuntu1`. */
const SUFFIX = /^(?:[+~]|[.+-]?(?:dfsg|ds|git|svn|hg|repack)|ubuntu\d|build\d)/;

/**
 * Whether the changelog's version is that of dkms.conf: mapped as dkms/names.ts maps it or as it
 * stands, with or without revision, epoch, and what packagers append; `+really1.2` is 1.2.
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
 * One sentence with both places where the versions contradict each other. A warning and no error: the
 * package works, and archives hold such packages on purpose; but mostly one of them was forgotten.
 */
export function versionContradiction(
  changelog: StatedVersion,
  conf: StatedVersion,
): string | undefined {
  if (versionsAgree(changelog.version, conf.version)) return undefined;
  const first = `${shown(changelog.place)} says version ${changelog.version}`;
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
