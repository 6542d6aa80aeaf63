import { parseChangelog } from '../../debian/changelog.ts';

/** Release of the oldstable that debhelper 13.11 trims to (dh_installchangelogs, CUTOFF_DATE_STR). */
const CUTOFF_SECONDS = Date.UTC(2019, 6, 6) / 1000;
const FEWEST_ENTRIES = 4;

/**
 * The changelog that is installed: entries older than oldstable go, but for the latest four, and a
 * note says where the rest is (dh_installchangelogs(1)). DEB_BUILD_OPTIONS=notrimdch keeps all.
 */
export function trimChangelog(text: string, packageName: string): string {
  if (/\bnotrimdch\b/.test(process.env.DEB_BUILD_OPTIONS ?? '')) return text;
  const entries = parseChangelog(text, 'changelog', { onProblem: () => {} });
  const first = entries.findIndex(
    (entry, index) => index >= FEWEST_ENTRIES && entry.timestamp < CUTOFF_SECONDS,
  );
  if (first < 0) return text;
  // As debhelper cuts: behind the trailer of the last entry that stays.
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
