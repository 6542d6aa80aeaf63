import { InputError } from '../errors.ts';
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
  /** Lower case, without a comment behind it; `unknown` where the entry has none, as for dpkg. */
  readonly urgency: string;
  /** `binary-only=yes`: the entry of a binNMU. */
  readonly binaryOnly: boolean;
  /** The lines between header and trailer as they are, outer blank lines taken off. */
  readonly changes: readonly string[];
  readonly maintainer: Maintainer;
  /** As written in the trailer. */
  readonly date: string;
  /** `date` in seconds since 1970. */
  readonly timestamp: number;
  /** Line of the header. */
  readonly line: number;
}

export interface ChangelogProblem {
  readonly line: number;
  readonly message: string;
}

export interface ParseChangelogOptions {
  /** Stop after so many entries: the rest of the text is not looked at. */
  readonly maxEntries?: number;
  /**
   * Hears what dpkg-parsechangelog would warn about, and parsing goes on; an entry without a
   * readable header or trailer is then left out. Without it the first problem is an InputError.
   */
  readonly onProblem?: (problem: ChangelogProblem) => void;
}

// dpkg reads bytes: its \s has none of Unicode's blanks, so neither have these (B: blank, S: other).
const HEADER =
  /^(\w[-+0-9a-z.]*) \(([^() \t]+)\)((?:[ \t\r\f\v]+[-+0-9a-z.]+)+);(.*?)[ \t\r\f\v]*$/is;
const TRAILER =
  /^ -- (.*) <(.*)>( {1,2})((?:\w+,[ \t]*)?\d{1,2}[ \t]+\w+[ \t]+\d{4}[ \t]+\d{1,2}:\d\d:\d\d[ \t]+[-+]\d{4})[ \t\r\f\v]*$/s;
const BLANK = /^[ \t\r\f\v]*$/;
const CHANGE = /^[ \t\r\f\v]{2,}[^ \t\r\f\v]/;
/** Editors' settings end the changelog; RCS keywords and comments are passed over. */
const END = /^(?:(?:;;[ \t]*)?Local variables:|vim:)/i;
const SKIPPED = /^(?:\$\w+:.*\$|# |\/\*.*\*\/)/;
/** Formats of the 1990s: from the first such line on, dpkg reads nothing (Dpkg::Changelog::Debian). */
const ANCIENT = new RegExp(
  [
    String.raw`\w+\s+\w+\s+\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}\s+[\w\s]*\d{4}\s+.*\s+[<(].*[)>]`,
    String.raw`\w+\s+\w+\s+\d{1,2},?\s*\d{4}\s+.*\s+[<(].*[)>]`,
    String.raw`\w[-+0-9a-z.]* \([^() \t]+\);?`,
    String.raw`[\w.+-]+[- ]\S+ Debian \S+`,
    'Changes from version .* to .*:',
    String.raw`Changes for [\w.+-]+-[\w.+-]+:?\s*$`,
    String.raw`Old Changelog:\s*$`,
    String.raw`(?:\d+:)?\w[\w.+~-]*:?\s*$`,
  ]
    .map((form) => `^(?:${form})`)
    .join('|'),
  'is',
);

type Header = Pick<
  ChangelogEntry,
  'source' | 'version' | 'distributions' | 'urgency' | 'binaryOnly' | 'line'
>;
type Report = (message: string) => void;
/** What may come next, in dpkg's words. */
type Expected =
  | 'first heading'
  | 'next heading'
  | 'start of change data'
  | 'more change data or trailer';

/**
 * The entries of a Debian changelog, newest first (Policy 4.4, deb-changelog(5)), read as
 * dpkg-parsechangelog(1) reads them. Throws InputError `changelog-syntax` with file and line at
 * the first thing dpkg would warn about, unless `onProblem` takes it.
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
        where: { file: fileName, line },
        hint: 'An entry is "name (version) distribution; urgency=…", lines behind two blanks, and " -- Name <mail>  date" (deb-changelog(5)).',
      });
    }
  };

  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const content = text.slice(start, newline < 0 ? text.length : newline);
    start = newline < 0 ? text.length : newline + 1;
    line++;
    if (HEADER.test(content)) {
      if (expected !== 'first heading' && expected !== 'next heading') {
        report(`found the start of an entry where ${expected} was expected`);
      }
      header = parseHeader(content, line, report);
      changes = [];
      expected = 'start of change data';
    } else if (END.test(content)) break;
    else if (SKIPPED.test(content)) continue;
    else if (/^[^ \t\r\f\v]/.test(content)) {
      if (ANCIENT.test(content)) break;
      report('badly formatted heading line');
    } else if (TRAILER.test(content)) {
      if (expected !== 'more change data or trailer')
        report(`found a trailer where ${expected} was expected`);
      const trailer = parseTrailer(content, report);
      if (header && trailer) entries.push({ ...header, changes: trimBlank(changes), ...trailer });
      if (entries.length === options.maxEntries) return entries;
      header = undefined;
      expected = 'next heading';
    } else if (content.startsWith(' --')) report('badly formatted trailer line');
    else if (BLANK.test(content)) {
      if (expected === 'first heading') report(`found a blank line where ${expected} was expected`);
      changes.push(content);
    } else {
      if (!CHANGE.test(content)) report('unrecognized line: changes are indented by two blanks');
      else if (expected === 'first heading' || expected === 'next heading') {
        report(`found change data where ${expected} was expected`);
      }
      changes.push(content);
      expected = 'more change data or trailer';
    }
  }
  if (expected !== 'next heading')
    report(`found the end of the file where ${expected} was expected`);
  return entries;
}

function parseHeader(content: string, line: number, report: Report): Header | undefined {
  const [, source = '', version = '', distributions = '', settings = ''] =
    HEADER.exec(content) ?? [];
  if (!isVersion(version)) {
    report(`version ${JSON.stringify(version)} is not allowed`);
    return undefined;
  }
  const values = new Map<string, string>();
  for (const setting of settings.trim() === '' ? [] : settings.trim().split(/\s*,\s*/)) {
    const [, key = '', value = ''] = /^([-0-9a-z]+)=\s*(.*\S)$/i.exec(setting) ?? [];
    const name = key.toLowerCase();
    if (key === '') report(`bad key-value after ";": ${JSON.stringify(setting)}`);
    else if (values.has(name)) report(`repeated key ${key}`);
    else if (name === 'urgency' && !/^[-0-9a-z]+(?:\s.*)?$/i.test(value))
      report(`bad urgency ${JSON.stringify(value)}`);
    else if (name === 'binary-only' && value !== 'yes')
      report(`bad binary-only value ${JSON.stringify(value)}`);
    else if (!/^(?:urgency|binary-only|x[bcs]+-.*)$/.test(name)) report(`unknown key ${key}`);
    if (key !== '' && !values.has(name)) values.set(name, value);
  }
  return {
    source,
    version,
    distributions: distributions.trim().split(/\s+/),
    urgency: values.get('urgency')?.replace(/\s.*$/, '').toLowerCase() || 'unknown',
    binaryOnly: values.get('binary-only') === 'yes',
    line,
  };
}

function parseTrailer(
  content: string,
  report: Report,
): Pick<ChangelogEntry, 'maintainer' | 'date' | 'timestamp'> | undefined {
  const [, name = '', email = '', blanks = '', date = ''] = TRAILER.exec(content) ?? [];
  if (blanks.length !== 2) report('badly formatted trailer line: two blanks stand before the date');
  const timestamp = parseDate(date);
  if (typeof timestamp === 'number') return { maintainer: { name, email }, date, timestamp };
  report(timestamp);
  return undefined;
}

function trimBlank(lines: readonly string[]): string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && BLANK.test(lines[start] ?? '')) start++;
  while (end > start && BLANK.test(lines[end - 1] ?? '')) end--;
  return lines.slice(start, end);
}
