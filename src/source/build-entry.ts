import type { ChangelogEntry } from '../debian/changelog.ts';
import { formatChange, prependEntry } from '../debian/changelog-entry.ts';
import { renderTemplate } from '../system/text/template.ts';
import type { Commit } from './snapshot.ts';
import { snapshotVersion } from './snapshot.ts';

/** What makes this build's version differ from the changelog's. */
export interface BuildVariant {
  readonly commit?: Commit | undefined;
  /** Such as `~ppa1`. */
  readonly suffix?: string | undefined;
  readonly distribution?: string | undefined;
}

/** The version of a variant: snapshot first, suffix last. */
export function variantVersion(version: string, { commit, suffix = '' }: BuildVariant): string {
  return `${commit === undefined ? version : snapshotVersion(version, commit)}${suffix}`;
}

/**
 * The changelog of a variant: one more entry for a version of its own; the same entry with another
 * distribution where only that differs. `latest` is the first entry of `text`. `person` signs the
 * new entry. Its date is the commit's, but never before the entry that it follows, so that the same
 * commit gives the same bytes on any day.
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
