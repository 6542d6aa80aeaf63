import { InputError } from '../errors.ts';
import {
  type HeaderLine,
  isAncient,
  isBlank,
  isChange,
  isComment,
  isEditorSetting,
  matchHeader,
  matchTrailer,
  type TrailerLine,
} from './changelog-lines.ts';
import { parseDate } from './date.ts';
import { isVersion } from './version.ts';

export interface Maintainer {
  readonly name: string;
  readonly email: string;
}

/** One entry of debian/changelog, deb-changelog(5). */
export interface ChangelogEntry {
  readonly source: string;
  readonly version: string;
  readonly distributions: readonly string[];
  /**
   * The urgency in lower case, without the comment that may follow it. `unknown` if the entry has none, as for
   * dpkg.
   */
  readonly urgency: string;
  /** Whether the entry has `binary-only=yes`, as the entry of a binNMU. */
  readonly binaryOnly: boolean;
  /**
   * The lines between header and trailer as they are in the file, without comments (isComment), and without blank lines
   * at the beginning and end.
   */
  readonly changes: readonly string[];
  readonly maintainer: Maintainer;
  /** The date, as it is written in the trailer. */
  readonly date: string;
  /** The date, in seconds since 1970. */
  readonly timestamp: number;
  /** The line number of the header. */
  readonly line: number;
}

export interface ChangelogProblem {
  readonly line: number;
  readonly message: string;
}

export interface ParseChangelogOptions {
  /** The number of entries after which parsing stops. The rest of the text is not parsed. */
  readonly maxEntries?: number;
  /**
   * Is called for everything that dpkg-parsechangelog would warn about. Parsing then continues, and
   * an entry without a valid header or trailer is left out. Without this function the first
   * problem is thrown as an InputError.
   */
  readonly onProblem?: (problem: ChangelogProblem) => void;
}

/**
 * The most lines that an entry may have. A longer entry is an error. The longest entry of Debian's linux 6.1 has 2 561
 * lines. For 650 000 lines, dpkg-genchanges would take 1.5 GB of memory.
 */
export const MOST_LINES = 20_000;

type Header = Pick<
  ChangelogEntry,
  'source' | 'version' | 'distributions' | 'urgency' | 'binaryOnly' | 'line'
>;
type Report = (message: string) => void;
/** What kind of line should come next. The words are those of dpkg. */
type Expected =
  | 'first heading'
  | 'next heading'
  | 'start of change data'
  | 'more change data or trailer';

/**
 * Returns the entries of a Debian changelog in the order of the file, which is newest first (Policy 4.4,
 * deb-changelog(5)), read as by dpkg-parsechangelog(1). Without `onProblem`, throws InputError `changelog-syntax` with
 * file and line at the first problem that dpkg would warn about. Throws InputError `changelog-too-long` for an entry
 * with more than 20 000 lines.
 */
export function parseChangelog(
  text: string,
  fileName: string,
  options: ParseChangelogOptions = {},
): ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let header: Header | undefined;
  let changes: string[] = [];
  let expected: Expected = 'first heading';
  let line = 0;
  const report: Report = (message) => {
    if (options.onProblem) options.onProblem({ line, message });
    else {
      throw new InputError('changelog-syntax', message, {
        where: { file: fileName, line: Math.max(line, 1) },
        hint: 'Write "name (version) distribution; urgency=…", then lines indented by two spaces, then " -- Name <mail>  date" (deb-changelog(5)).',
      });
    }
  };

  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const content = text.slice(start, newline < 0 ? text.length : newline);
    start = newline < 0 ? text.length : newline + 1;
    line++;
    if (changes.length > MOST_LINES) throw tooLong(fileName, header?.line ?? line);
    const headerLine = matchHeader(content);
    const trailerLine = matchTrailer(content);
    if (headerLine) {
      if (expected !== 'first heading' && expected !== 'next heading') {
        report(`found the start of an entry where ${expected} was expected`);
      }
      header = parseHeader(headerLine, line, report);
      changes = [];
      expected = 'start of change data';
    } else if (isEditorSetting(content)) {
      line += restLines(text, start);
      break;
    } else if (isComment(content)) continue;
    else if (/^[^ \t\r\f\v]/.test(content)) {
      if (isAncient(content)) {
        line += restLines(text, start);
        break;
      }
      report('badly formatted heading line');
    } else if (trailerLine) {
      if (expected !== 'more change data or trailer') {
        report(`found a trailer where ${expected} was expected`);
      }
      const trailer = parseTrailer(trailerLine, report);
      if (header && trailer) entries.push({ ...header, changes: trimBlank(changes), ...trailer });
      if (entries.length === options.maxEntries) return entries;
      header = undefined;
      expected = 'next heading';
    } else if (content.startsWith(' --')) report('badly formatted trailer line');
    else if (isBlank(content)) {
      if (expected === 'first heading') report(`found a blank line where ${expected} was expected`);
      if (header) changes.push(content);
    } else if (!isChange(content)) {
      report('unrecognized line: changes are indented by two spaces');
      // If dpkg expects a heading, it treats an unrecognized line as a line of changes.
      if (expected === 'first heading' || expected === 'next heading') {
        changes.push(content);
        expected = 'more change data or trailer';
      }
    } else {
      if (expected === 'first heading' || expected === 'next heading') {
        report(`found change data where ${expected} was expected`);
      }
      changes.push(content);
      expected = 'more change data or trailer';
    }
  }
  if (expected !== 'next heading') {
    report(`found the end of the file where ${expected} was expected`);
  }
  return entries;
}

/**
 * Returns how many lines dpkg counts after the last parsed line. dpkg counts the whole remaining text as one line, so
 * the result is 1, or 0 if no text remains. The caller adds the result to the number of the last parsed line. A warning
 * about the end of the file names that sum.
 */
function restLines(text: string, start: number): number {
  return start < text.length ? 1 : 0;
}

function parseHeader(content: HeaderLine, line: number, report: Report): Header | undefined {
  const { source, version, distributions, settings } = content;
  if (!isVersion(version)) {
    report(`version ${JSON.stringify(version)} is not allowed`);
    return undefined;
  }
  const values = new Map<string, string>();
  for (const setting of settings) {
    const [, key = '', value = ''] = /^([-0-9a-z]+)=\s*(\S.*)$/is.exec(setting) ?? [];
    const name = key.toLowerCase();
    const fault = values.has(name) ? `repeated key ${key}` : settingFault(name, value, setting);
    if (fault !== undefined) report(fault);
    if (key !== '' && !values.has(name)) values.set(name, value);
  }
  return {
    source,
    version,
    distributions,
    urgency: values.get('urgency')?.replace(/\s.*$/, '').toLowerCase() || 'unknown',
    binaryOnly: values.get('binary-only') === 'yes',
    line,
  };
}

function settingFault(name: string, value: string, setting: string): string | undefined {
  if (name === '') return `bad key-value after ";": ${JSON.stringify(setting)}`;
  if (name === 'urgency') {
    return /^[-0-9a-z]+(?:\s.*)?$/i.test(value)
      ? undefined
      : `bad urgency ${JSON.stringify(value)}`;
  }
  if (name === 'binary-only') {
    return value === 'yes' ? undefined : `bad binary-only value ${JSON.stringify(value)}`;
  }
  return /^x[bcs]+-/.test(name) ? undefined : `unknown key ${name}`;
}

function parseTrailer(
  { name, email, blanks, date }: TrailerLine,
  report: Report,
): Pick<ChangelogEntry, 'maintainer' | 'date' | 'timestamp'> | undefined {
  if (blanks.length !== 2)
    report('badly formatted trailer line: the date needs two spaces before it');
  const timestamp = parseDate(date);
  if (typeof timestamp === 'number') return { maintainer: { name, email }, date, timestamp };
  report(timestamp);
  return undefined;
}

function trimBlank(lines: readonly string[]): string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && isBlank(lines[start] ?? '')) start++;
  while (end > start && isBlank(lines[end - 1] ?? '')) end--;
  return lines.slice(start, end);
}

function tooLong(file: string, line: number): InputError {
  return new InputError('changelog-too-long', `an entry has more than ${MOST_LINES} lines`, {
    where: { file, line },
    hint: 'Shorten the entry: its text goes into each .changes file.',
  });
}
