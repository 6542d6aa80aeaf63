import {
  formatChange,
  formatEntry,
  type NewEntry,
  prependEntry,
} from '../../debian/changelog-entry.ts';
import { compareVersions } from '../../debian/version.ts';
import { debianUpstreamVersion, isPlainVersion } from '../../dkms/conf/names.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { Tag } from '../../facts/git-facts.ts';
import { UNKNOWN_MAINTAINER } from '../../facts/project/maintainer.ts';
import { versionInTag } from '../../facts/version/tree-version.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

export interface ChangelogOptions {
  /** The date of the entry, in seconds since 1970. */
  readonly timestamp: number;
  /** The Debian revision: `-1` if there is an upstream tarball, '' for a native package. */
  readonly revision: string;
  /** The text of the existing changelog, if there is one. */
  readonly existing: string | undefined;
  /**
   * Whether the entry only adds a revision, which 3.0 (quilt) requires: the latest entry has the same version without a
   * revision.
   */
  readonly toQuilt?: boolean;
  /** The tags of releases, only with --changelog git. A new changelog has an entry for each tag of an older version. */
  readonly tags: readonly Tag[];
}

/** Returns debian/changelog: a new one, or the `existing` text, unchanged, after one more entry. */
export function changelogFile(driver: Driver, options: ChangelogOptions): GeneratedFile {
  const { existing, timestamp } = options;
  const released = existing === undefined ? releasesOf(driver, options) : [];
  const first = existing === undefined && released.length === 0;
  const what = options.toQuilt ? 'quilt' : first ? 'initial' : 'new-version';
  const entry = entryFor(driver, what, {
    version: driver.version + options.revision,
    upstream: driver.conf.version,
    timestamp,
  });
  if (existing !== undefined) return generated('changelog', prependEntry(existing, entry));
  return generated('changelog', [entry, ...released].map(formatEntry).join('\n'));
}

/** Returns an entry for each older version that has a tag, the newest first. */
function releasesOf(driver: Driver, options: ChangelogOptions): NewEntry[] {
  const releases = options.tags
    .flatMap((tag) => {
      const version = versionOf(tag.name);
      return version === undefined ? [] : [{ ...tag, version }];
    })
    .sort((a, b) => compareVersions(b.version, a.version));
  const entries: NewEntry[] = [];
  let above = driver.version;
  for (const { version, timestamp } of releases) {
    if (compareVersions(version, above) >= 0) continue;
    above = version;
    const upstream = version;
    const text = { version: version + options.revision, upstream, timestamp };
    entries.push(entryFor(driver, 'new-version', text));
  }
  const oldest = entries.pop();
  return oldest === undefined
    ? []
    : [...entries, entryFor(driver, 'initial', { ...oldest, upstream: oldest.version })];
}

function entryFor(
  driver: Driver,
  template: 'initial' | 'new-version' | 'quilt',
  { version, upstream, timestamp }: { version: string; upstream: string; timestamp: number },
): NewEntry {
  const change = renderTemplate(`debian/changelog-${template}`, { version: upstream }).trim();
  return {
    source: driver.sourceName,
    version,
    distributions: ['unstable'],
    urgency: 'medium',
    changes: formatChange(change),
    maintainer: driver.changelogAuthor?.value ?? UNKNOWN_MAINTAINER,
    timestamp,
  };
}

/** Returns the Debian version for the version in a tag. Returns undefined if the tag has no plain version. */
function versionOf(tag: string): string | undefined {
  const version = versionInTag(tag);
  return version && isPlainVersion(version) ? debianUpstreamVersion(version) : undefined;
}
