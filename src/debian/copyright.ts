import { InputError } from '../errors.ts';
import { type Field, formatStanza } from './control-field.ts';
import { licenseNames } from './spdx.ts';

const FORMAT = 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';

/** A Files paragraph of copyright-format 1.0. */
export interface CopyrightFiles {
  /** Patterns for files, with the wildcards `*` and `?`. filePattern converts a literal path to a pattern. */
  readonly patterns: readonly string[];
  /** Copyright holders, one for each item: `2019-2024 Jane Doe <jane@example.org>`. */
  readonly copyright: readonly string[];
  /** Short names of licences, joined by `or` and `and`: `GPL-2+ or BSD-2-clause`. */
  readonly license: string;
  readonly comment?: string;
}

export interface CopyrightLicense {
  readonly name: string;
  readonly text: string;
}

/** The contents of a machine-readable debian/copyright (Policy 12.5, copyright-format 1.0). */
export interface Copyright {
  readonly upstreamName?: string;
  readonly upstreamContact?: readonly string[];
  readonly source?: string;
  readonly comment?: string;
  readonly files: readonly CopyrightFiles[];
  /** The texts of licences in `files` that LicenseTexts does not have. (LicenseTexts has the common licences.) */
  readonly licenses?: readonly CopyrightLicense[];
}

/**
 * A function that returns the text, or the notice, of a licence or of an exception by its short name; undefined for
 * an unknown name.
 */
export type LicenseTexts = (name: string) => string | undefined;

/**
 * Returns the pattern of copyright-format 1.0 for a literal path: `*`, `?` and `\` are escaped, a
 * character of white space becomes `?`.
 */
export function filePattern(path: string): string {
  return path.replace(/[\\*?]/g, '\\$&').replace(/\s/g, '?');
}

/**
 * Returns the text of debian/copyright: the header, the Files paragraphs in the given order, then
 * each licence once. The last Files paragraph that matches a file wins, so give `*` first. Throws
 * InputError `license-text` if neither `licenses` nor `texts` has the text of a licence,
 * `copyright-format` for a Files paragraph without patterns, holders or licence, and the errors of
 * formatField.
 */
export function formatCopyright(description: Copyright, texts: LicenseTexts): string {
  const { upstreamName, upstreamContact = [], source, comment, files, licenses = [] } = description;
  const header: Field[] = [
    ['Format', FORMAT],
    ['Upstream-Name', upstreamName],
    ['Upstream-Contact', lines('Upstream-Contact', upstreamContact)],
    ['Source', source],
    ['Comment', comment],
  ];
  const filesParagraphs = files.map((paragraph): Field[] => [
    ['Files', lines('Files', paragraph.patterns)],
    ['Copyright', lines('Copyright', paragraph.copyright)],
    ['License', paragraph.license],
    ['Comment', paragraph.comment],
  ]);
  for (const { patterns, copyright, license } of files) {
    if (patterns.length > 0 && copyright.length > 0 && license.trim() !== '') continue;
    throw new InputError(
      'copyright-format',
      `the paragraph for ${JSON.stringify(patterns.join(' '))} needs files, copyright holders and a license`,
      { hint: 'See copyright-format 1.0, "Files paragraph".' },
    );
  }
  const own = new Map(licenses.map(({ name, text }) => [name, text]));
  const names = new Set(files.flatMap(({ license }) => licenseNames(license)));
  const licenseParagraphs = [...names].map((name): Field[] => [
    ['License', `${name}\n${tidyText(own.get(name) ?? licenseText(name, texts))}`],
  ]);
  return [header, ...filesParagraphs, ...licenseParagraphs].map(formatStanza).join('\n');
}

/** Joins the values with line breaks and blanks, so that all begin in the same column. */
function lines(name: string, values: readonly string[]): string {
  return values.join(`\n${' '.repeat(name.length + 1)}`);
}

function licenseText(name: string, texts: LicenseTexts): string {
  const whole = texts(name);
  if (whole !== undefined) return whole;
  // For "GPL-2 with X exception", the texts of the licence and of the exception are joined.
  const [, base, exception] = /^(.+?) with (.+) exception$/i.exec(name) ?? [];
  const parts = base && exception ? [texts(base), texts(exception)] : [undefined];
  if (!parts.includes(undefined)) return parts.map((part) => part?.trim()).join('\n\n');
  throw new InputError(
    'license-text',
    `the text of the license ${JSON.stringify(name)} is unknown`,
    {
      hint: 'Write the whole text into debian/copyright, unless the license is in /usr/share/common-licenses (Debian Policy 12.5).',
    },
  );
}

/** Removes form feeds, and blank lines around the text. Makes all line ends `\n`, and replaces tabs with spaces. */
function tidyText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\f', '')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n')
    .map(expandTabs)
    .join('\n');
}

function expandTabs(line: string): string {
  let text = '';
  for (const part of line.split(/(\t)/)) {
    text += part === '\t' ? ' '.repeat(8 - (text.length % 8)) : part;
  }
  return text;
}
