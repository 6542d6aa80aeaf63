import { formatChange, formatEntry, InputError, type Maintainer } from '../src/library.ts';
import type { Release } from './releases.ts';

/** Returns a version of package.json in the form in which Debian sorts `1.0.0-rc.1` before `1.0.0`. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

/**
 * Returns the Debian changelog (Policy 4.4) of a native package, with an entry for each release. Unreleased changes get
 * an entry for `version` and UNRELEASED, with the time `timestamp`. Throws InputError `changelog-version` in two cases:
 * all changes are released, but `version` is not the latest release; or there are unreleased changes, but `version` is
 * released.
 */
export function debianChangelog(
  releases: readonly Release[],
  facts: { version: string; maintainer: Maintainer; timestamp: number; file: string },
): string {
  const { version, maintainer, timestamp, file } = facts;
  const [latest, ...older] = releases;
  const released = (latest?.version === undefined ? older : releases).map((one) => one.version);
  const isAgain = latest?.version === undefined && released.includes(version);
  if ((latest?.version ?? version) !== version || isAgain) {
    const why = isAgain
      ? 'which is released, but the changelog has unreleased changes'
      : 'which is not the latest version in the changelog';
    throw new InputError('changelog-version', `package.json has version ${version}, ${why}`, {
      where: { file },
      hint: 'Raise the version, or name it in the changelog.',
    });
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
