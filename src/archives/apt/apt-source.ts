import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDeb822 } from '../../debian/deb822.ts';
import { InputError, SystemError } from '../../errors.ts';
import { ifThere } from '../../system/files/if-there.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { causeOf } from '../../system/process/refusal.ts';

/** A source of binary packages, as sources.list(5) describes it. */
export interface AptSource {
  /** The file that contains the source, for messages. */
  readonly file: string;
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  /** Empty for a flat repository. The suite of a flat repository ends in `/`. */
  readonly components: readonly string[];
  /**
   * The other fields of the source by name, in the spelling of OPTION_NAMES, such as Signed-By and Trusted. A value may
   * have several lines.
   */
  readonly options: ReadonlyMap<string, string>;
}

/**
 * Reads a `.sources` file (deb822) or a `.list` file (one source a line). Disabled sources and sources of source
 * packages are left out. Throws InputError `no-such-file`, `sources-syntax` or `no-sources`, and the errors of
 * parseDeb822 and readTreeText.
 */
export async function readAptSources(file: string): Promise<AptSource[]> {
  const text = await readTreeText(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new InputError('no-such-file', 'no such file or directory', { where: { file }, cause });
  });
  const sources = parseAptSources(text, file);
  if (sources.length > 0) return sources;
  throw new InputError('no-sources', 'this file names no source of binary packages', {
    where: { file },
    hint: 'Add a source as sources.list(5) describes it: Types: deb, URIs:, Suites:, Components:, Signed-By:.',
  });
}

/**
 * Returns the sources in the text of a file. If the text has a `Types:` field, it is read as deb822, else as one
 * source a line. Throws InputError `sources-syntax` with `file`, and the errors of parseDeb822.
 */
export function parseAptSources(text: string, file: string): AptSource[] {
  return /^Types[ \t]*:/im.test(text) ? deb822Sources(text, file) : listSources(text, file);
}

function deb822Sources(text: string, file: string): AptSource[] {
  return parseDeb822(text, file).paragraphs.flatMap((paragraph) => {
    const words = (name: string) => (paragraph.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('Types').includes('deb')) return [];
    if (/^(?:no|false|without|off|disable|0)$/i.test(paragraph.get('Enabled') ?? '')) return [];
    const [uris, suites] = [words('URIs'), words('Suites')];
    if (uris.length === 0 || suites.length === 0) {
      throw syntaxError(file, undefined, 'a stanza needs URIs and Suites');
    }
    const known = /^(?:types|enabled|uris|suites|components|x-.*)$/i;
    const options = paragraph
      .names()
      .filter((name) => !known.test(name))
      .map((name) => [spelled(name), paragraph.get(name) ?? ''] as const);
    return [{ file, uris, suites, components: words('Components'), options: new Map(options) }];
  });
}

/**
 * The names of options in deb822, by their name in the one-line format (sources.list(5), "THE DEB AND DEB-SRC
 * TYPES").
 */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  'signed-by': 'Signed-By',
  trusted: 'Trusted',
  'check-valid-until': 'Check-Valid-Until',
  'valid-until-min': 'Valid-Until-Min',
  'valid-until-max': 'Valid-Until-Max',
  'check-date': 'Check-Date',
  'by-hash': 'By-Hash',
  'allow-insecure': 'Allow-Insecure',
  'allow-weak': 'Allow-Weak',
  lang: 'Languages',
  target: 'Targets',
  pdiffs: 'PDiffs',
};

/**
 * Returns the name of a field in the spelling of OPTION_NAMES, because apt ignores the case of names. Any other name is
 * returned unchanged.
 */
function spelled(name: string): string {
  const known = Object.values(OPTION_NAMES).find((one) => one.toLowerCase() === name.toLowerCase());
  return known ?? name;
}

function listSources(text: string, file: string): AptSource[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/#.*$/, '').trim();
    if (line === '' || /^deb-src\s/.test(line)) return [];
    const [, bracket = '', rest] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S.*)$/.exec(line) ?? [];
    const [uri, suite, ...components] = rest?.split(/\s+/) ?? [];
    if (uri === undefined || suite === undefined) {
      throw syntaxError(file, index + 1, 'the line is not "deb [options] URI SUITE COMPONENT…"');
    }
    const options = bracket.split(/\s+/).flatMap((word) => {
      const [, name, value = ''] = /^([\w-]+)[-+]?=(.*)$/.exec(word) ?? [];
      if (name === undefined) return [];
      return [[OPTION_NAMES[name.toLowerCase()] ?? name, value.replaceAll(',', ' ')] as const];
    });
    return [{ file, uris: [uri], suites: [suite], components, options: new Map(options) }];
  });
}

function syntaxError(file: string, line: number | undefined, what: string): InputError {
  return new InputError('sources-syntax', what, {
    where: { file, ...(line !== undefined && { line }) },
    hint: 'See sources.list(5).',
  });
}

/**
 * Returns the sources of the machine's own apt: those of its sources.list and of the files in `parts`. A file that
 * cannot be read or parsed is skipped and passed to `skipped`: apt itself reports it, and the other sources may be
 * enough. It is not an error if the list or `parts` does not exist.
 */
export async function machineSources(
  list: string,
  parts: string,
  skipped: (file: string, error: InputError) => void,
): Promise<AptSource[]> {
  const unreadable = (file: string) => (cause: unknown) => {
    const [why, hint] = causeOf(cause);
    const isOurs = cause instanceof InputError;
    skipped(
      file,
      isOurs ? cause : new InputError('unreadable', `the file cannot be read: ${why}`, { hint }),
    );
    return undefined;
  };
  const names = (await ifThere(readdir(parts)).catch(unreadable(parts))) ?? [];
  const files = names.filter((name) => /\.(?:list|sources)$/.test(name)).sort();
  const all: AptSource[] = [];
  for (const file of [list, ...files.map((name) => join(parts, name))]) {
    const text = await ifThere(readTreeText(file)).catch(unreadable(file));
    try {
      if (text !== undefined) all.push(...parseAptSources(text, file));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped(file, error);
    }
  }
  return all;
}

/**
 * Returns a source as a deb822 stanza, limited to `architectures`; '' if the source has none of them. Throws
 * SystemError `sources-syntax` for a field name that is not allowed.
 */
export function formatAptSource(
  { uris, suites, components, options }: AptSource,
  architectures: readonly string[],
): string {
  const own = options.get('Architectures')?.split(/\s+/).filter(Boolean);
  const wanted = architectures.filter((name) => own === undefined || own.includes(name));
  if (wanted.length === 0) return '';
  const fields: [string, string][] = [
    ['Types', 'deb'],
    ['URIs', uris.join(' ')],
    ['Suites', suites.join(' ')],
    ...(components.length > 0 ? [['Components', components.join(' ')] as [string, string]] : []),
    ['Architectures', wanted.join(' ')],
    ...[...options].filter(([name]) => name !== 'Architectures'),
  ];
  return fields
    .map(([name, value]) => {
      const lines = value.split('\n').map((line) => line.trim() || '.');
      if (!/^[\w-]+$/.test(name))
        throw new SystemError(
          'sources-syntax',
          `${JSON.stringify(name)} is not the name of a field`,
        );
      // The value of Signed-By may be a key of several lines.
      return `${name}: ${lines[0] === '.' ? '' : lines[0]}${lines
        .slice(1)
        .map((line) => `\n ${line}`)
        .join('')}\n`;
    })
    .join('');
}
