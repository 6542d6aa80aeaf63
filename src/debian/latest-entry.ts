import { stat } from 'node:fs/promises';
import {
  type ChangelogEntry,
  type ChangelogProblem,
  MOST_LINES,
  parseChangelog,
} from './changelog.ts';
import { isComment, matchHeader } from './changelog-lines.ts';
import type { Person } from './person.ts';
import { isVersion } from './version.ts';

/** The values that an entry gets if it has no valid trailer yet. */
interface Otherwise {
  readonly maintainer?: Person | undefined;
}

/**
 * Returns the latest entry of debian/changelog. Like dpkg, accepts an entry without a valid trailer, and passes the
 * warnings to `onProblem`. Such an entry gets the date of the first complete entry below it; if there is none, its
 * `timestamp` is the modification time of the file, and `date` is ''. It gets the maintainer in `otherwise`, or the
 * maintainer of the entry below. Throws InputError `changelog-syntax` for any other problem of the entry, and if the
 * text has no entry. Throws the other errors of parseChangelog.
 */
export async function latestEntry(
  text: string,
  file: string,
  onProblem: (problem: ChangelogProblem) => void = () => {},
  otherwise: Otherwise = {},
): Promise<ChangelogEntry | undefined> {
  const problems: ChangelogProblem[] = [];
  const note = (problem: ChangelogProblem) => void problems.push(problem);
  const [entry] = parseChangelog(text, file, { maxEntries: 1, onProblem: note });
  const open = openEntry(text);
  if (open === undefined || (entry !== undefined && open.line >= entry.line)) {
    // There is no entry, or its header is invalid. parseChangelog without onProblem throws the right error, with
    // the line.
    if (problems.length === 0) return entry;
    return parseChangelog(text, file, { maxEntries: 1 })[0];
  }
  for (const problem of problems) onProblem(problem);
  const date = entry?.timestamp ?? (await mtimeOf(file));
  return {
    ...open,
    maintainer: otherwise.maintainer ?? entry?.maintainer ?? { name: '', email: '' },
    date: entry?.date ?? '',
    timestamp: date,
  };
}

/**
 * Returns source, version, distributions and line of the latest entry, with or without a trailer. Throws
 * InputError `changelog-syntax` for an invalid header, and if the text has no entry.
 */
export function latestHeader(
  text: string,
  file: string,
): Pick<ChangelogEntry, 'source' | 'version' | 'distributions' | 'line'> | undefined {
  return openEntry(text) ?? parseChangelog(text, file, { maxEntries: 1 })[0];
}

/** Returns the first entry of a changelog without looking for its trailer; undefined if its header is invalid. */
function openEntry(
  text: string,
): Omit<ChangelogEntry, 'maintainer' | 'date' | 'timestamp'> | undefined {
  // These lines are enough, because parseChangelog refuses an entry with more than MOST_LINES lines.
  const lines = text.split('\n', 2 * MOST_LINES);
  const first = lines.findIndex((line) => line.trim() !== '' && !isComment(line));
  const header = matchHeader(lines[first] ?? '');
  if (header === undefined || !isVersion(header.version)) return undefined;
  const { source, version, distributions, settings } = header;
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => /^\S/.test(line) || line.startsWith(' --'));
  const changes = end < 0 ? rest : rest.slice(0, end);
  const urgency = settings.find((setting) => /^urgency=/i.test(setting))?.slice(8);
  return {
    source,
    version,
    distributions,
    urgency: urgency?.toLowerCase() || 'unknown',
    binaryOnly: false,
    changes: changes.join('\n').trim().split('\n'),
    line: first + 1,
  };
}

async function mtimeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => Math.floor(mtimeMs / 1000),
    () => 0,
  );
}
