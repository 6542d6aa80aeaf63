import { InputError } from '../errors.ts';
import { type Field, formatStanza } from './control-field.ts';
import { parseDeb822 } from './deb822.ts';
import { licenseNames } from './spdx.ts';

const FORMAT = 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';

/** A Files paragraph of copyright-format 1.0. */
export interface CopyrightFiles {
  /** As the format has them: `*` and `?` match anything; see filePattern for a literal path. */
  readonly patterns: readonly string[];
  /** One holder a line: `2019-2024 Jane Doe <jane@example.org>`. */
  readonly copyright: readonly string[];
  /** Short names with `or`, `and`: `GPL-2+ or BSD-2-clause`. */
  readonly license: string;
  readonly comment?: string;
}

export interface CopyrightLicense {
  readonly name: string;
  readonly text: string;
}

/** debian/copyright, machine-readable (Policy 12.5, copyright-format 1.0). */
export interface Copyright {
  readonly upstreamName?: string;
  readonly upstreamContact?: readonly string[];
  readonly source?: string;
  readonly comment?: string;
  readonly files: readonly CopyrightFiles[];
  /** Texts that only this package has; the usual ones come from the loader. */
  readonly licenses?: readonly CopyrightLicense[];
}

/** A licence's text or notice by its short name (or an exception's by its name). */
export type LicenseTexts = (name: string) => string | undefined;

/** A path as a pattern of copyright-format 1.0: its own `*`, `?`, `\` escaped, blanks matched by `?`. */
export function filePattern(path: string): string {
  return path.replace(/[\\*?]/g, '\\$&').replace(/\s/g, '?');
}

/**
 * The text of debian/copyright: header, Files paragraphs in the given order (the last match wins,
 * so `*` comes first), then each licence once. Throws InputError `license-text` where neither
 * `licenses` nor `texts` has a licence that is named, `copyright-format` for a Files paragraph
 * that lacks patterns, holders or licence, and as formatField does.
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

/** Values of several lines stand in one column. */
function lines(name: string, values: readonly string[]): string {
  return values.join(`\n${' '.repeat(name.length + 1)}`);
}

function licenseText(name: string, texts: LicenseTexts): string {
  const whole = texts(name);
  if (whole !== undefined) return whole;
  // "GPL-2 with X exception" is the licence's text and the exception's.
  const [, base, exception] = /^(.+?) with (.+) exception$/i.exec(name) ?? [];
  const parts = base && exception ? [texts(base), texts(exception)] : [undefined];
  if (!parts.includes(undefined)) return parts.map((part) => part?.trim()).join('\n\n');
  throw new InputError(
    'license-text',
    `the text of the license ${JSON.stringify(name)} is not known`,
    {
      hint: 'debian/copyright must have the whole text of a license that is not in /usr/share/common-licenses (Debian Policy 12.5).',
    },
  );
}

/** Licence files come with form feeds, tabs, CRLF and blank ends; none of them belongs to the words. */
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

/**
 * Reads a machine-readable debian/copyright. Throws InputError `copyright-format` for one in
 * another format (Policy allows free text), and as parseDeb822 does.
 */
export function parseCopyright(text: string, fileName: string): Copyright {
  if (!/^Format(?:-Specification)?:/im.test(text)) throw otherFormat(fileName);
  const [header, ...others] = parseDeb822(text, fileName).paragraphs;
  if (!header?.has('Format') && !header?.has('Format-Specification')) throw otherFormat(fileName);
  const value = (name: string) => header.get(name)?.trim() || undefined;
  const licenses = [header, ...others].flatMap((paragraph): CopyrightLicense[] => {
    const [name = '', ...body] = paragraph.getLines('License') ?? [];
    return body.length === 0 ? [] : [{ name, text: body.join('\n') }];
  });
  const files = others
    .filter((paragraph) => paragraph.has('Files'))
    .map((paragraph): CopyrightFiles => {
      const comment = paragraph.get('Comment') || undefined;
      return {
        patterns: (paragraph.get('Files') ?? '').split(/\s+/).filter((pattern) => pattern !== ''),
        copyright: textLines(paragraph.getLines('Copyright')),
        license: paragraph.getLines('License')?.[0] ?? '',
        ...(comment === undefined ? {} : { comment }),
      };
    });
  const [upstreamName, source, comment] = [
    value('Upstream-Name'),
    value('Source'),
    value('Comment'),
  ];
  const upstreamContact = textLines(header.getLines('Upstream-Contact'));
  return {
    ...(upstreamName === undefined ? {} : { upstreamName }),
    ...(upstreamContact.length === 0 ? {} : { upstreamContact }),
    ...(source === undefined ? {} : { source }),
    ...(comment === undefined ? {} : { comment }),
    files,
    licenses,
  };
}

function textLines(values: readonly string[] | undefined): string[] {
  return (values ?? []).map((line) => line.trim()).filter((line) => line !== '');
}

function otherFormat(file: string): InputError {
  return new InputError('copyright-format', 'this is not a machine-readable copyright file', {
    where: { file, line: 1 },
    hint: `It would begin with "Format: ${FORMAT}".`,
  });
}
