import { type ChangelogEntry, parseChangelog } from '../debian/changelog.ts';
import { formatDate } from '../debian/date.ts';
import { formatPerson } from '../debian/person.ts';
import { formatRpmVersion, rpmVersionOf } from './rpm-version.ts';
import { specLine } from './spec-text.ts';

/** The text of an entry of %changelog, and the version that it is for. */
export interface SpecEntry {
  readonly version: string;
  readonly text: string;
}

/**
 * Converts debian/changelog into entries of %changelog, the latest first. Their dates are in UTC. The weekday is
 * computed from the date, even if debian/changelog names another weekday. rpmbuild refuses an entry with a later date
 * than the entry above it, so the entries are sorted by day; entries of the same day keep their order. An entry without
 * a valid heading or end is left out, and faults are not reported here (`onProblem`).
 */
export function specChangelog(changelog: string): SpecEntry[] {
  const entries = parseChangelog(changelog, 'debian/changelog', { onProblem: () => {} });
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => dayOf(b.entry) - dayOf(a.entry) || a.index - b.index)
    .map(({ entry }) => {
      const version = formatRpmVersion(rpmVersionOf(entry.version));
      const person = specLine(formatPerson(entry.maintainer));
      const changes = changesOf(entry.changes);
      const heading = `* ${formatDay(entry.timestamp)} ${person} - ${version}`;
      return { version, text: [heading, ...changes.map((change) => `- ${change}`)].join('\n') };
    });
}

function dayOf({ timestamp }: ChangelogEntry): number {
  return Math.floor(timestamp / 86_400);
}

/** Returns the changes of an entry, one on each line. Lines without a bullet, such as `[ Name ]`, are changes, too. */
function changesOf(lines: readonly string[]): string[] {
  const changes: string[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === '') continue;
    const item = /^[*+-]\s+(.*)$/.exec(text)?.[1];
    const continues = item === undefined && !text.startsWith('[') && changes.length > 0;
    if (continues) changes.push(`${changes.pop()} ${text}`);
    else changes.push(item ?? text);
  }
  return changes.map(specLine).filter((change) => change !== '');
}

function formatDay(timestamp: number): string {
  const [, weekday = '', day = '', month = '', year = ''] =
    /^(\w+), (\d+) (\w+) (\d+)/.exec(formatDate(timestamp)) ?? [];
  return `${weekday} ${month} ${day} ${year}`;
}
