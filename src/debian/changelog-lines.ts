/**
 * Recognizes the kinds of lines in a changelog, as Dpkg::Changelog::Debian does. Every function here takes linear
 * time, whatever the line contains. dpkg matches bytes, so Unicode's spaces are not white space here.
 */

const HEADER = /^(\w[-+0-9a-z.]*) \(([^() \t]+)\)((?:[ \t\r\f\v]+[-+0-9a-z.]+)+);/i;
const DATE =
  /^( {1,2})((?:\w+,[ \t]*)?\d{1,2}[ \t]+\w+[ \t]+\d{4}[ \t]+\d{1,2}:\d\d:\d\d[ \t]+[-+]\d{4})[ \t\r\f\v]*$/;

export interface HeaderLine {
  readonly source: string;
  readonly version: string;
  readonly distributions: readonly string[];
  /** The settings of the entry: the text after the semicolon, split at the commas. */
  readonly settings: readonly string[];
}

/**
 * Returns the parts of a line `name (version) distributions; settings` (deb-changelog(5)). Returns undefined for
 * any other line.
 */
export function matchHeader(line: string): HeaderLine | undefined {
  const [whole, source = '', version = '', distributions = ''] = HEADER.exec(line) ?? [];
  if (whole === undefined) return undefined;
  const settings = line
    .slice(whole.length)
    .split(',')
    .map((setting) => setting.trim());
  while (settings.at(-1) === '') settings.pop();
  return { source, version, distributions: distributions.trim().split(/\s+/), settings };
}

export interface TrailerLine {
  readonly name: string;
  readonly email: string;
  /** The blanks before the date. There should be two; by mistake there may be one. */
  readonly blanks: string;
  readonly date: string;
}

/** Returns the parts of a line ` -- name <email>  date` (deb-changelog(5)). Returns undefined for any other line. */
export function matchTrailer(line: string): TrailerLine | undefined {
  if (!line.startsWith(' -- ')) return undefined;
  const close = line.lastIndexOf('>');
  const [, blanks = '', date] = DATE.exec(line.slice(close + 1)) ?? [];
  const person = line.slice(4, close);
  const open = person.lastIndexOf(' <');
  if (close < 0 || open < 0 || date === undefined) return undefined;
  return { name: person.slice(0, open), email: person.slice(open + 2), blanks, date };
}

export function isBlank(line: string): boolean {
  return /^[ \t\r\f\v]*$/.test(line);
}

/** Is this a line of changes: indented by at least two spaces or tabs? */
export function isChange(line: string): boolean {
  return /^[ \t\r\f\v]{2,}[^ \t\r\f\v]/.test(line);
}

/** Is this an RCS keyword or a comment? dpkg ignores both. */
export function isComment(line: string): boolean {
  return /^(?:\$\w+:[^\n]*\$|# |\/\*[^\n]*\*\/)/.test(line);
}

/** Is this the first line of an editor's settings? dpkg stops reading there. */
export function isEditorSetting(line: string): boolean {
  return /^(?:(?:;;[ \t]*)?Local variables:|vim:)/i.test(line);
}

/**
 * Expressions for the first line of changelogs in the formats of the 1990s. Formats whose first line is a date are
 * recognized elsewhere (isAncient).
 */
const ANCIENT = new RegExp(
  [
    String.raw`\w[-+0-9a-z.]* \([^() \t]+\)`,
    String.raw`[\w.+-]+ \S+ Debian \S`,
    String.raw`[\w.+-][\w.+]*-\S+ Debian \S`,
    'Changes from version (?:(?! to ).)* to [^:]*:',
    String.raw`Old Changelog:\s*$`,
    String.raw`(?:\d+:)?\w[\w.+~-]*:?\s*$`,
  ]
    .map((form) => `^(?:${form})`)
    .join('|'),
  'is',
);
const ANCIENT_DATE =
  /^\w+\s+\w+\s+(?:\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}\s[\w\s]*?\d{4}|\d{1,2},?\s*\d{4})(?=\s)/;

/** Is this a line in a changelog format of the 1990s? dpkg stops reading at the first such line. */
export function isAncient(line: string): boolean {
  if (ANCIENT.test(line)) return true;
  const [, versions] = /^Changes for ([\w.+-]+):?\s*$/i.exec(line) ?? [];
  if (versions?.slice(1, -1).includes('-')) return true;
  const [date] = ANCIENT_DATE.exec(line) ?? [];
  if (date === undefined) return false;
  // A name, a space and an address in <> or () follow the date.
  const person = line.slice(date.length + 1);
  const open = person.search(/\s[<(]/);
  return open >= 0 && /[)>]/.test(person.slice(open + 2));
}
