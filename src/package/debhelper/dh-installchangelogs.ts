import { parseChangelog } from '../../debian/changelog.ts';

/**
 * The date of the release of Debian 10, in seconds since 1970. debhelper 13.11 removes changelog entries that are older
 * (dh_installchangelogs, CUTOFF_DATE_STR).
 */
const CUTOFF_SECONDS = Date.UTC(2019, 6, 6) / 1000;
const FEWEST_ENTRIES = 4;

/**
 * Removes entries that are older than Debian 10 from a changelog, but keeps at least the latest four entries. A note at
 * the end says where to find the others (dh_installchangelogs(1)). With DEB_BUILD_OPTIONS=notrimdch all entries stay.
 */
export function trimChangelog(text: string, packageName: string): string {
  if (/\bnotrimdch\b/.test(process.env.DEB_BUILD_OPTIONS ?? '')) return text;
  const entries = parseChangelog(text, 'changelog', { onProblem: () => {} });
  const first = entries.findIndex(
    (entry, index) => index >= FEWEST_ENTRIES && entry.timestamp < CUTOFF_SECONDS,
  );
  if (first < 0) return text;
  // As in debhelper, the text is cut after the trailer of the last entry that stays.
  const lines = text.split('\n').slice(0, (entries[first]?.line ?? 1) - 1);
  while (lines.at(-1)?.trim() === '') lines.pop();
  return [
    ...lines,
    '',
    '# Older entries have been removed from this changelog.',
    `# To read the complete changelog use \`apt changelog ${packageName}\`.`,
    '',
  ].join('\n');
}
