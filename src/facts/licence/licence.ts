/**
 * Finds the licence of a tree as an SPDX expression. SPDX tags and notices of the files, MODULE_LICENSE, licence texts
 * or the README state the licence. If these disagree, `doubts` says so.
 */

import { posix } from 'node:path';
import { allLicences } from '../../debian/spdx.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { isOfAutotools } from '../build/autotools.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { ModuleStatement } from '../code/module-statement.ts';
import type { Fact } from '../fact.ts';
import { cleanLine, lineAt } from '../plain-text.ts';
import { foreignTexts, type LicenceText, licenceTexts, textLicence } from './licence-files.ts';
import { licenceOfNotice, plainWords } from './licence-texts.ts';
import { mostStated, type Stated } from './licence-vote.ts';
import { licenceIds, normaliseSpdx, spdxTag } from './spdx-tags.ts';

/** The licence of one file. */
export interface FileLicence extends Fact<string> {
  /**
   * The path of the licence text from which the file has its licence: a text in the folder of the file or above. Set
   * only if the file itself states no licence.
   */
  readonly folderText?: string;
}

export interface LicenceFacts {
  /** The licence of every file that is not in `files`. Undefined if the licence is unknown. */
  readonly main: Fact<string> | undefined;
  /**
   * The licences of the files that state a licence, or that have it from a licence text in their folder or above, by
   * the path of the file. The licence of such a file may be the same as `main`.
   */
  readonly files: ReadonlyMap<string, FileLicence>;
  /** The licence files in the tree whose licences are known (licenceTexts). */
  readonly texts: readonly LicenceText[];
  /** Contradictions and interpretations that the user should check, one sentence each. */
  readonly doubts: readonly string[];
}

/**
 * The SPDX expressions for the strings that MODULE_LICENSE can have (linux/module.h). The strings do not say whether
 * "only" or "or later" is meant.
 */
const MODULE_LICENSES: Readonly<Record<string, string>> = {
  GPL: 'GPL-2.0-only',
  'GPL v2': 'GPL-2.0-only',
  'GPL and additional rights': 'GPL-2.0-only',
  'Dual BSD/GPL': 'BSD-3-Clause OR GPL-2.0-only',
  'Dual MIT/GPL': 'MIT OR GPL-2.0-only',
  'Dual MPL/GPL': 'MPL-1.1 OR GPL-2.0-only',
};

const DOCUMENT = /\.(?:md|markdown|rst|txt|html?|tex|texi|adoc|po|json|ya?ml|patch|diff|in\.am)$/i;

/** The part of the tree to which the driver belongs. */
export interface LicenceScope {
  /** The directory that DKMS gets as the source, relative to the tree. '' is the tree itself. */
  readonly folder: string;
  /** The C files from which the modules are built (builtSources). */
  readonly built: ReadonlySet<string>;
}

/** Finds the licence of a tree. `sources` come from readSources, `allStatements` from readModuleMacros. */
export function findLicence(
  sources: readonly SourceFile[],
  allStatements: readonly ModuleStatement[],
  scope?: LicenceScope,
): LicenceFacts {
  const doubts: string[] = [];
  const files = new Map<string, FileLicence>();
  const texts = licenceTexts(sources);
  for (const file of sources) {
    if (isOfAutotools(file)) continue;
    const own = ownLicence(file, doubts) ?? referenced(file, texts);
    if (own !== undefined) files.set(file.path, own);
  }
  const folder = scope?.folder ?? '';
  for (const text of foreignTexts(texts, folder)) coverFolder(text, sources, files);
  const ofBuilt = allStatements.filter(({ file }) => scope?.built.has(file) ?? true);
  const statements = ofBuilt.length > 0 ? ofBuilt : allStatements;
  const module = moduleLicence(statements, texts, doubts);
  const text = textLicence(texts, sources, folder);
  const stated = mostStated(sources, statements, files, scope?.built);
  const main = chooseMain(stated, text, module);
  if (main === module && module?.value.includes('BSD-3-Clause') && texts.length === 0) {
    doubts.push(`${module.from} does not say which BSD licence; BSD-3-Clause is the usual one`);
  }
  if (main !== undefined) {
    for (const witness of [text, module]) {
      if (witness !== undefined && !agree(main.value, witness.value)) {
        doubts.push(`${witness.from} says ${witness.value}, but ${main.from} says ${main.value}`);
      }
    }
  }
  return { main, files, texts, doubts };
}

function ownLicence(file: SourceFile, doubts: string[]): Fact<string> | undefined {
  if (file.kind === 'licence' || file.kind === 'readme' || file.text === '') return undefined;
  const tag = spdxTag(file.text);
  if (tag !== undefined) {
    const value = normaliseSpdx(tag.expression);
    const from = `${file.path}:${lineAt(file.text, tag.offset)} SPDX-License-Identifier`;
    if (value !== undefined) return { value, from };
    doubts.push(`${from} is not an SPDX expression: ${cleanLine(tag.expression).slice(0, 80)}`);
  }
  const head = file.text.slice(0, 6000);
  if (DOCUMENT.test(file.path) || !/licen[cs]e|permission|redistribut/i.test(head))
    return undefined;
  const value = licenceOfNotice(plainWords(head));
  return value === undefined ? undefined : { value, from: `${file.path} (notice)` };
}

/**
 * Returns the licence of a licence text to which a file refers ("See COPYING"). The text must be in the folder of the
 * file or above it. Returns undefined if there is no such text, if the text has several licences, and for documents,
 * licence files and READMEs.
 */
function referenced(file: SourceFile, texts: readonly LicenceText[]): Fact<string> | undefined {
  if (file.kind === 'licence' || file.kind === 'readme' || DOCUMENT.test(file.path))
    return undefined;
  const words = plainWords(file.text.slice(0, 6000));
  const name = REFERENCE.exec(words)?.[1];
  if (name === undefined) return undefined;
  const wanted = name.replace(/\.\w+$/, '');
  const named = texts.filter(
    ({ path }) =>
      posix
        .basename(path)
        .toLowerCase()
        .replace(/\.\w+$/, '') === wanted &&
      (posix.dirname(path) === '.' || file.path.startsWith(`${posix.dirname(path)}/`)),
  );
  const nearest = named.sort((a, b) => b.path.length - a.path.length)[0];
  const [only, ...others] = nearest?.licences ?? [];
  if (nearest === undefined || only === undefined || others.length > 0) return undefined;
  return { value: only, from: `${nearest.path}, named by ${file.path}` };
}

const REFERENCE =
  /\b(?:licen[cs]e|copying|copyright|gpl|terms)\b.{0,120}?\b(?:see|in|refer to|read)\b(?: the)?(?: files?)?(?: named| called)? (?:\.?\.?\/)*((?:copying|licen[cs]e)(?:\.\w+)?)\b(?! (?:to|that|of|which|agreement|terms|notice|is))/;

/** Gives the licence of a licence text to all files in its folder and below that have no licence, except READMEs. */
function coverFolder(
  { path, licences }: LicenceText,
  sources: readonly SourceFile[],
  files: Map<string, FileLicence>,
): void {
  const folder = `${posix.dirname(path)}/`;
  const value = allLicences(licences);
  for (const file of sources) {
    if (!file.path.startsWith(folder) || files.has(file.path) || file.kind === 'readme') continue;
    files.set(file.path, { value, from: path, folderText: path });
  }
}

function moduleLicence(
  statements: readonly ModuleStatement[],
  texts: LicenceFacts['texts'],
  doubts: string[],
): Fact<string> | undefined {
  const licences = statements.filter(({ macro }) => macro === 'LICENSE');
  const known = licences.map((statement) => ({
    ...statement,
    spdx: lookUp(MODULE_LICENSES, statement.value) ?? 'LicenseRef-Proprietary',
  }));
  const first = known[0];
  if (first === undefined) return undefined;
  const other = known.find(({ spdx }) => spdx !== first.spdx);
  if (other !== undefined) {
    doubts.push(`${first.from} is "${first.value}", but ${other.from} is "${other.value}"`);
  }
  if (!first.spdx.startsWith('BSD')) return { value: first.spdx, from: first.from };
  const bsd = texts.flatMap(({ licences: ids }) => ids).find((id) => id.startsWith('BSD-'));
  return { value: first.spdx.replace('BSD-3-Clause', bsd ?? 'BSD-3-Clause'), from: first.from };
}

function chooseMain(
  stated: Stated | undefined,
  text: Fact<string> | undefined,
  module: Fact<string> | undefined,
): Fact<string> | undefined {
  // If a folder has two licence texts and MODULE_LICENSE is "Dual …", the user can choose between the two licences.
  const dual = module?.value.includes(' OR ') && text?.value.includes(' AND ');
  const witness = dual ? module : (text ?? module);
  if (stated === undefined) return witness;
  const { value, from, share } = stated;
  return share >= 0.5 || witness === undefined || agree(value, witness.value)
    ? { value, from }
    : witness;
}

/**
 * Whether two expressions share a licence, so that both may be right. "Only" and "or later" are treated as equal,
 * because MODULE_LICENSE and the text of a licence do not distinguish them. All BSD licences are treated as equal, too.
 * GPL-2.0-or-later also agrees with GPL-3.0.
 */
function agree(one: string, other: string): boolean {
  const family = (id: string) => id.replace(/-(?:only|or-later)$/, '').replace(/^BSD-.*/, 'BSD');
  const families = (expression: string) =>
    licenceIds(expression).flatMap((id) =>
      id === 'GPL-2.0-or-later' ? ['GPL-2.0', 'GPL-3.0'] : [family(id)],
    );
  const others = families(other);
  return families(one).some((id) => others.includes(id));
}
