import { InputError } from '../errors.ts';
import type { ChangelogEntry } from './changelog.ts';
import { formatDate } from './date.ts';
import { refuseControlCharacters, wrapText } from './field-text.ts';
import { checkPackageName } from './package-name.ts';
import { parseVersion } from './version.ts';

/** The contents of a changelog entry. If `date` is not given, `timestamp` in UTC is written as the date. */
export type NewEntry = Pick<
  ChangelogEntry,
  'source' | 'version' | 'distributions' | 'urgency' | 'changes' | 'maintainer' | 'timestamp'
> &
  Partial<Pick<ChangelogEntry, 'date' | 'binaryOnly'>>;

/**
 * Returns the text of a changelog entry with its final newline (Policy 4.4, deb-changelog(5)). A change line that is
 * indented by less than two characters is indented by two spaces instead. Throws InputError `package-name`, `version`,
 * `changelog-field` or `control-character` for a value that parseChangelog would not read back, and `changelog-field`
 * for an entry without changes. `date` is not checked.
 */
export function formatEntry(entry: NewEntry): string {
  const { name, email } = entry.maintainer;
  checkPackageName(entry.source, 'source package');
  parseVersion(entry.version);
  const distributions = entry.distributions.join(' ');
  check('distribution', distributions, /^[-+0-9A-Za-z.]+(?: [-+0-9A-Za-z.]+)*$/);
  check('urgency', entry.urgency, /^[-0-9A-Za-z]+$/);
  check('maintainer name', name, /^[^<>\n]+$/);
  check('maintainer e-mail address', email, /^[^<>\s]+$/);
  const lines = entry.changes.flatMap((change) => change.split('\n')).map(indent);
  if (!lines.some((line) => line !== '')) {
    throw new InputError('changelog-field', `the entry for ${entry.version} has no changes`, {
      hint: 'Describe what is new in at least one line.',
    });
  }
  for (const text of [name, email, ...lines]) refuseControlCharacters(text, 'the changelog entry');
  const binaryOnly = entry.binaryOnly ? ', binary-only=yes' : '';
  const header = `${entry.source} (${entry.version}) ${distributions}; urgency=${entry.urgency}${binaryOnly}`;
  const date = entry.date ?? formatDate(entry.timestamp);
  return `${[header, '', ...lines, '', ` -- ${name} <${email}>  ${date}`].join('\n')}\n`;
}

/**
 * Returns the changelog `text` with `entry` before the first entry. The other entries stay as they are. Throws the
 * errors of formatEntry.
 */
export function prependEntry(text: string, entry: NewEntry): string {
  return text.trim() === '' ? formatEntry(entry) : `${formatEntry(entry)}\n${text}`;
}

/**
 * Returns one item of a changelog entry as lines of at most 80 columns (more for a longer word): the
 * first begins with `  * `, the others with four spaces.
 */
export function formatChange(text: string): string[] {
  return wrapText(text, 76).map((line, index) => (index === 0 ? `  * ${line}` : `    ${line}`));
}

function indent(line: string): string {
  const content = line.trimEnd();
  return content === '' || /^[ \t]{2}/.test(content) ? content : `  ${content.trimStart()}`;
}

function check(what: string, value: string, allowed: RegExp): void {
  if (allowed.test(value)) return;
  throw new InputError(
    'changelog-field',
    `the ${what} ${JSON.stringify(value)} is not allowed in a changelog`,
    {
      hint: 'See deb-changelog(5).',
    },
  );
}
