/** Finds the licence in the licence files of the tree (LICENSE, COPYING, LICENSES/) and in its README. */

import { posix } from 'node:path';
import { allLicences } from '../../debian/spdx.ts';
import { someNames } from '../../system/text/some-names.ts';
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

/**
 * Returns the licence files that contain the text of a known licence, name a known licence, or are in LICENSES/. A
 * README in LICENSES/ and the files in LICENSES/exceptions/ do not count because of their place.
 */
export function licenceTexts(sources: readonly SourceFile[]): LicenceText[] {
  return sources
    .filter(({ kind, text }) => kind === 'licence' && text !== '')
    .map(({ path, text }) => ({ path, licences: licencesOf(path, text) }))
    .filter(({ licences }) => licences.length > 0);
}

/**
 * Returns the licences whose whole texts a file has. If the file has none, returns the licence that the file names. A
 * file in LICENSES/ has the name of its licence (REUSE specification 3; license-rules.rst of the kernel), so other
 * licences that its text names are ignored.
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
 * Returns the licence of the nearest licence text, in the folder of the driver or above it. Several texts in one folder
 * are joined with AND. If the README says "or later" for a licence, so does the result. If there is no licence text,
 * returns the licence that the README names, or undefined.
 */
export function textLicence(
  texts: readonly LicenceText[],
  sources: readonly SourceFile[],
  folder: string,
): Fact<string> | undefined {
  const own = texts.filter(({ path }) => isAbove(posix.dirname(path), folder));
  const deepest = Math.max(...own.map(({ path }) => path.split('/').length));
  // A licence text in the directory of the driver's source is preferred to a text in a directory above.
  const beside = own.filter(({ path }) => path.split('/').length === deepest);
  const readme = readmeLicence(sources);
  if (beside.length === 0) return readme;
  const licences = [...new Set(beside.flatMap((text) => text.licences))];
  const from = someNames(
    beside.map(({ path }) => path),
    10,
  );
  const later = licences.map((id) =>
    readme?.value === id.replace(/-only$/, '-or-later') ? readme.value : id,
  );
  const said = later.join() === licences.join() ? from : `${from}, ${readme?.from}`;
  // Two licence texts in one folder may mean that one can choose a licence (OR), or that both apply (AND). Only the
  // source files can show which is true.
  return { value: allLicences(later), from: said };
}

/**
 * Returns the licence texts that are neither in the driver's folder nor in a folder above it. The code beside such a
 * text comes from another project. Leaves out texts that do not show the licence of their folder.
 */
export function foreignTexts(texts: readonly LicenceText[], folder: string): LicenceText[] {
  return texts.filter(({ path }) => {
    const directory = posix.dirname(path);
    const beside = texts.filter((text) => posix.dirname(text.path) === directory);
    // A text does not show the licence of its folder if the folder has other licence texts, or if the text has another
    // name than LICENSE or COPYING, such as GPL.txt, or is in LICENSES/.
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

function readmeLicence(sources: readonly SourceFile[]): Fact<string> | undefined {
  for (const { path, kind, text } of sources) {
    if (kind !== 'readme') continue;
    const sentence = /licen[cs]e[\s\S]{0,200}/i.exec(text)?.[0];
    const value = sentence && licenceOfShortForm(plainWords(sentence));
    if (value) return { value, from: path };
  }
  return undefined;
}
