/**
 * Under which licence the tree is: SPDX tags and notices of the files, MODULE_LICENSE, licence
 * texts, the README. The result is SPDX; what the witnesses disagree about is said, not decided
 * in silence.
 */

import { lookUp } from '../../system/look-up.ts';
import type { Fact } from './fact.ts';
import {
  licenceOfNotice,
  licenceOfShortForm,
  licencesOfText,
  plainWords,
} from './licence-texts.ts';
import type { ModuleStatement } from './module-macros.ts';
import type { SourceFile } from './sources.ts';
import { licenceIds, normaliseSpdx, spdxTag } from './spdx.ts';
import { cleanLine, lineAt } from './text.ts';

export interface LicenceFacts {
  /** The licence of every file that says nothing else; undefined where nothing tells. */
  readonly main: Fact<string> | undefined;
  /** By path, each file that states its own licence (also where it is the main one). */
  readonly files: ReadonlyMap<string, Fact<string>>;
  /** Licence texts in the tree, with what they are. */
  readonly texts: readonly { readonly path: string; readonly licences: readonly string[] }[];
  /** Contradictions and readings that a person should confirm, one sentence each. */
  readonly doubts: readonly string[];
}

/** What linux/module.h calls these strings; none of them tells "only" from "or later". */
const MODULE_LICENSES: Readonly<Record<string, string>> = {
  GPL: 'GPL-2.0-only',
  'GPL v2': 'GPL-2.0-only',
  'GPL and additional rights': 'GPL-2.0-only',
  'Dual BSD/GPL': 'BSD-3-Clause OR GPL-2.0-only',
  'Dual MIT/GPL': 'MIT OR GPL-2.0-only',
  'Dual MPL/GPL': 'MPL-1.1 OR GPL-2.0-only',
};

const DOCUMENT = /\.(?:md|markdown|rst|txt|html?|tex|texi|adoc|po|json|ya?ml|patch|diff|in\.am)$/i;

/** Weighs all witnesses. Files are those of readSources, statements those of readModuleMacros. */
export function findLicence(
  sources: readonly SourceFile[],
  statements: readonly ModuleStatement[],
): LicenceFacts {
  const doubts: string[] = [];
  const files = new Map<string, Fact<string>>();
  for (const file of sources) {
    const own = ownLicence(file, doubts);
    if (own !== undefined) files.set(file.path, own);
  }
  const texts = sources
    .filter(({ kind, text }) => kind === 'licence' && text !== '')
    .map(({ path, text }) => ({ path, licences: licencesOf(path, text) }))
    .filter(({ licences }) => licences.length > 0);
  const module = moduleLicence(statements, texts, doubts);
  const text = textLicence(texts, sources);
  const stated = mostStated(sources, statements, files);
  const main = chooseMain(stated, text, module);
  if (main === module && module?.value.includes('BSD-3-Clause') && texts.length === 0) {
    doubts.push(`${module.from} does not say which BSD licence; BSD-3-Clause is the usual one`);
  }
  if (main !== undefined) {
    for (const witness of [text, module]) {
      if (witness !== undefined && !agree(main.value, witness.value)) {
        doubts.push(`${witness.from} says ${witness.value}, but ${main.from} ${main.value}`);
      }
    }
  }
  return { main, files, texts, doubts };
}

/** What a text is; where nobody knows it, by its name in LICENSES/ (REUSE specification 3). */
function licencesOf(path: string, text: string): string[] {
  const known = licencesOfText(plainWords(text));
  const id = /(?:^|\/)LICENSES\/([A-Za-z0-9.+-]+)\.txt$/.exec(path)?.[1];
  return known.length > 0 || id === undefined ? known : [id];
}

function ownLicence(file: SourceFile, doubts: string[]): Fact<string> | undefined {
  if (file.kind === 'licence' || file.kind === 'readme' || file.text === '') return undefined;
  const tag = spdxTag(file.text);
  if (tag !== undefined) {
    const value = normaliseSpdx(tag.expression);
    const from = `${file.path}:${lineAt(file.text, tag.offset)} SPDX-License-Identifier`;
    if (value !== undefined) return { value, from };
    doubts.push(`${from} is no SPDX expression: ${cleanLine(tag.expression).slice(0, 80)}`);
  }
  const head = file.text.slice(0, 6000);
  if (DOCUMENT.test(file.path) || !/licen[cs]e|permission|redistribut/i.test(head))
    return undefined;
  const value = licenceOfNotice(plainWords(head));
  return value === undefined ? undefined : { value, from: `${file.path} (notice)` };
}

interface Stated extends Fact<string> {
  /** How much of the tree's code states this licence, from 0 to 1. */
  readonly share: number;
}

/** What most of the modules' main files state (a driver may carry more headers than code). */
function mostStated(
  sources: readonly SourceFile[],
  statements: readonly ModuleStatement[],
  files: ReadonlyMap<string, Fact<string>>,
): Stated | undefined {
  const modules = [...new Set(statements.map(({ file }) => file))];
  const code = sources.filter(({ kind }) => kind === 'c').map(({ path }) => path);
  const main = code.filter((path) => path.endsWith('.c'));
  const ofModules = vote(modules, files, 'module');
  return ofModules !== undefined && ofModules.share >= 0.5
    ? ofModules
    : (vote(main, files, 'C') ?? vote(code, files, 'C'));
}

function vote(
  paths: readonly string[],
  files: ReadonlyMap<string, Fact<string>>,
  what: string,
): Stated | undefined {
  const voters = new Map<string, string[]>();
  for (const path of paths) {
    const value = files.get(path)?.value;
    if (value !== undefined) voters.set(value, [...(voters.get(value) ?? []), path]);
  }
  const [value, agreed] = [...voters].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (value === undefined || agreed === undefined) return undefined;
  // Where hands are split, the files that say nothing have not said "or later" either.
  const narrow = value.replace(/-or-later$/, '-only');
  const careful = agreed.length * 2 < paths.length && voters.has(narrow) ? narrow : value;
  if (careful !== value) return vote(paths, new Map([...files].map(narrowed)), what);
  const only = agreed.length === 1 ? files.get(agreed[0] ?? '')?.from : undefined;
  const from = only ?? `${agreed.length} of ${paths.length} ${what} files`;
  return { value, from, share: agreed.length / paths.length };
}

function narrowed([path, { value, from }]: readonly [string, Fact<string>]): [
  string,
  Fact<string>,
] {
  return [path, { value: value.replace(/-or-later$/, '-only'), from }];
}

/** The shallowest licence text; "or later" if the README says so for the same licence. */
function textLicence(
  texts: LicenceFacts['texts'],
  sources: readonly SourceFile[],
): Fact<string> | undefined {
  const depth = (path: string) => path.split('/').length;
  const first = texts[0];
  if (first === undefined || /LICEN[CS]ES\//i.test(first.path)) return readmeLicence(sources);
  const beside = texts.filter(({ path }) => depth(path) === depth(first.path));
  const licences = [...new Set(beside.flatMap((text) => text.licences))];
  const from = beside.map(({ path }) => path).join(', ');
  const readme = readmeLicence(sources);
  const later = licences.map((id) =>
    readme?.value === id.replace(/-only$/, '-or-later') ? readme.value : id,
  );
  const said = later.join() === licences.join() ? from : `${from}, ${readme?.from}`;
  // Two texts side by side are a choice as often as not; the files decide, not we.
  return { value: later.join(' AND '), from: said };
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
  // Two texts side by side, and a module that says "Dual": they are the two of the choice.
  const dual = module?.value.includes(' OR ') && text?.value.includes(' AND ');
  const witness = dual ? module : (text ?? module);
  if (stated === undefined) return witness;
  const { value, from, share } = stated;
  return share >= 0.5 || witness === undefined || agree(value, witness.value)
    ? { value, from }
    : witness;
}

/**
 * Can both be true? Where a licence of the one, or a later one that it grants, is in the other.
 * MODULE_LICENSE and a licence's text say nothing about "or later", so that never contradicts.
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
