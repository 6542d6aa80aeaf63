import type { ChangelogEntry } from '../debian/changelog.ts';
import { formatChange, prependEntry } from '../debian/changelog-entry.ts';
import { renderTemplate } from '../system/text/template.ts';
import type { Commit } from './snapshot.ts';
import { snapshotVersion } from './snapshot.ts';

/** The differences between this build and the latest changelog entry. */
export interface BuildVariant {
  /** The commit that the version names. Set for a snapshot. */
  readonly commit?: Commit | undefined;
  /** Text that is appended to the version, such as `~ppa1`. */
  readonly suffix?: string | undefined;
  readonly distribution?: string | undefined;
}

/**
 * Returns the version of a build: the version of the latest entry, with the part for a snapshot if `commit` is set, and
 * with the suffix if it is set.
 */
export function variantVersion(version: string, { commit, suffix = '' }: BuildVariant): string {
  return `${commit === undefined ? version : snapshotVersion(version, commit)}${suffix}`;
}

/**
 * Returns the changelog for a build. If `variant` has a commit or a suffix, the changelog gets a new entry by `person`.
 * If only the distribution differs, it is changed in `latest`, which is the first entry of `text`. A new entry has the
 * date of the commit, but is at least one second later than the entry below it. Without a commit it is exactly one
 * second later. So the same input gives the same bytes.
 */
export function variantChangelog(
  text: string,
  latest: ChangelogEntry,
  variant: BuildVariant,
  person: ChangelogEntry['maintainer'],
): string {
  const { commit, suffix, distribution } = variant;
  if (commit === undefined && suffix === undefined) {
    return distribution === undefined ? text : withDistribution(text, latest, distribution);
  }
  const template = commit === undefined ? 'changelog-rebuild' : 'changelog-snapshot';
  const data = { commit: commit?.hash ?? '', version: latest.version };
  return prependEntry(text, {
    source: latest.source,
    version: variantVersion(latest.version, variant),
    distributions: distribution === undefined ? latest.distributions : [distribution],
    urgency: /^[a-z]+$/.test(latest.urgency) ? latest.urgency : 'medium',
    changes: formatChange(renderTemplate(`debian/${template}`, data).trim()),
    maintainer: person,
    timestamp: Math.max(commit?.time ?? 0, latest.timestamp + 1),
  });
}

function withDistribution(text: string, latest: ChangelogEntry, distribution: string): string {
  const lines = text.split('\n');
  const header = lines[latest.line - 1] ?? '';
  lines[latest.line - 1] = header.replace(/\)[^;]*;/, `) ${distribution};`);
  return lines.join('\n');
}
