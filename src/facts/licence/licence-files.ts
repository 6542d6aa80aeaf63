/** What the licence files of a tree and its README say: LICENSE, COPYING, LICENSES/. */
import { posix } from 'node:path';
import type { SourceFile } from '../code/c-sources.ts';
import type { Fact } from '../fact.ts';
import {
  licenceOfNotice,
  licenceOfShortForm,
  licencesOfText,
  plainWords,
} from './licence-texts.ts';

export interface LicenceText {
  readonly path: string;
  readonly licences: readonly string[];
}

const IN_LICENSES = /(?:^|\/)LICEN[CS]ES\//i;

/** The licence files that are understood: whole texts, and prose that names a licence. */
export function licenceTexts(sources: readonly SourceFile[]): LicenceText[] {
  return sources
    .filter(({ kind, text }) => kind === 'licence' && text !== '')
    .map(({ path, text }) => ({ path, licences: licencesOf(path, text) }))
    .filter(({ licences }) => licences.length > 0);
}

/**
 * What a text is. One of LICENSES/ has the licence's name (REUSE specification 3; the kernel's license-rules.rst has
 * folders there, and how the tag is written above the text): what it speaks of beside that is no licence of it.
 */
function licencesOf(path: string, text: string): string[] {
  const words = plainWords(text);
  const known = licencesOfText(words);
  if (known.length > 0) return known;
  const [, folder, id] =
    /(?:^|\/)LICENSES\/(?:([^/]+)\/)?([A-Za-z0-9.+-]+?)(?:\.txt)?$/.exec(path) ?? [];
  if (id !== undefined) return folder === 'exceptions' || /^readme/i.test(id) ? [] : [id];
  const said = licenceOfNotice(words.slice(0, 6000)) ?? licenceOfShortForm(words.slice(0, 2000));
  return said === undefined ? [] : [said];
}

/**
 * The licence of the tree by its own text: of the driver's folder or one above it. "Or later" if the
 * README says so for the same licence.
 */
export function textLicence(
  texts: readonly LicenceText[],
  sources: readonly SourceFile[],
  folder: string,
): Fact<string> | undefined {
  const own = texts.filter(({ path }) => isAbove(posix.dirname(path), folder));
  const deepest = Math.max(...own.map(({ path }) => path.split('/').length));
  // What lies beside the driver's source speaks of it, what lies above speaks of all.
  const beside = own.filter(({ path }) => path.split('/').length === deepest);
  const readme = readmeLicence(sources);
  if (beside.length === 0) return readme;
  const licences = [...new Set(beside.flatMap((text) => text.licences))];
  const from = beside.map(({ path }) => path).join(', ');
  const later = licences.map((id) =>
    readme?.value === id.replace(/-only$/, '-or-later') ? readme.value : id,
  );
  const said = later.join() === licences.join() ? from : `${from}, ${readme?.from}`;
  // Two texts side by side are a choice as often as not; the files decide, not we.
  return { value: later.map(bracketed(later.length)).join(' AND '), from: said };
}

/** The texts of folders beside the driver: of a part that came from elsewhere. */
export function foreignTexts(texts: readonly LicenceText[], folder: string): LicenceText[] {
  return texts.filter(({ path }) => {
    const directory = posix.dirname(path);
    const beside = texts.filter((text) => posix.dirname(text.path) === directory);
    // Several side by side, or a copy of the GPL under its own name, speak of no folder.
    return (
      beside.length === 1 &&
      /^(?:licen[cs]e|copying)/i.test(posix.basename(path)) &&
      !IN_LICENSES.test(path) &&
      !isAbove(directory, folder)
    );
  });
}

function isAbove(directory: string, folder: string): boolean {
  return directory === '.' || directory === folder || folder.startsWith(`${directory}/`);
}

function bracketed(count: number): (expression: string) => string {
  return (expression) => (count > 1 && / OR /.test(expression) ? `(${expression})` : expression);
}

function readmeLicence(sources: readonly SourceFile[]): Fact<string> | undefined {
  for (const { path, kind, text } of sources) {
    if (kind !== 'readme') continue;
    const sentence = /licen[cs]e[\s\S]{0,200}/i.exec(text)?.[0];
    const value = sentence && licenceOfShortForm(plainWords(sentence));
    if (value) return { value, from: path };
  }
  return undefined;
}
