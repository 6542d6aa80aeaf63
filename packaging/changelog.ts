import type { Maintainer } from '../src/debian/changelog.ts';
import { formatChange, formatEntry } from '../src/debian/changelog-entry.ts';
import { InputError } from '../src/errors.ts';
import type { Release } from './releases.ts';

/** A version of package.json as Debian orders it: `1.0.0-rc.1` comes before `1.0.0`. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

/**
 * The Debian changelog (Policy 4.4) of a native package: an entry for each release. What is not
 * released yet is `version`'s, of the time `timestamp` and for UNRELEASED.
 * InputError `changelog-version` where `version` is not what the latest entry is of.
 */
export function debianChangelog(
  releases: readonly Release[],
  facts: { version: string; maintainer: Maintainer; timestamp: number; file: string },
): string {
  const { version, maintainer, timestamp, file } = facts;
  const [latest, ...older] = releases;
  const released = (latest?.version === undefined ? older : releases).map((one) => one.version);
  if (
    (latest?.version ?? version) !== version ||
    (!latest?.version && released.includes(version))
  ) {
    throw new InputError(
      'changelog-version',
      `package.json has version ${version}, which is not the latest of the changelog`,
      { where: { file }, hint: 'Raise the version, or name it in the changelog.' },
    );
  }
  return releases
    .map((release) =>
      formatEntry({
        source: 'dkms-deb',
        version: debianVersion(release.version ?? version),
        distributions: [release.version === undefined ? 'UNRELEASED' : 'unstable'],
        urgency: 'medium',
        changes: release.items.flatMap(formatChange),
        maintainer,
        timestamp: release.date ?? timestamp,
      }),
    )
    .join('\n');
}
