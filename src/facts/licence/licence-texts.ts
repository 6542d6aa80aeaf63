/**
 * Recognises the licences in a text by phrases that only these licences have. The results are SPDX ids, or expressions
 * of them.
 */
import { allLicences } from '../../debian/spdx.ts';

/** Returns the text on one line, in lower case, without comment marks and quotes. */
export function plainWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/^[ \t]*(?:\/?\*+|\/\/+|#+|;+|--|dnl|\.\\"|rem|%+|>|")?[ \t]*/gm, '')
    .replace(/\*+\/|\*+$|-->/gm, ' ')
    .replace(/[“”„"'’`]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Phrases of whole licence texts: the title and what follows it, mostly the date. For the CDDL, it is only the title
 * and the version. Most notices that only mention a licence do not have these phrases.
 */
const WHOLE_TEXTS: readonly (readonly [spdx: string, title: RegExp])[] = [
  ['GPL-2.0', /gnu general public license version 2, june 1991/],
  ['GPL-3.0', /gnu general public license version 3, 29 june 2007/],
  ['LGPL-2.0', /gnu library general public license version 2, june 1991/],
  ['LGPL-2.1', /gnu lesser general public license version 2\.1, february 1999/],
  ['LGPL-3.0', /gnu lesser general public license version 3, 29 june 2007/],
  ['AGPL-3.0', /gnu affero general public license version 3, 19 november 2007/],
  ['Apache-2.0', /apache license,? version 2\.0, january 2004/],
  ['MPL-2.0', /mozilla public license,? version 2\.0 (?:={3,} )?1\. definitions/],
  ['MPL-1.1', /mozilla public license version 1\.1 (?:-{3,} )?1\. definitions/],
  ['CDDL-1.0', /common development and distribution license (?:\(cddl\) )?version 1\.0/],
  ['EPL-2.0', /eclipse public license -? ?v ?2\.0 the accompanying program/],
];

/** Phrases of short licences. Authors use the whole text of a short licence as the notice of a file. */
const SHORT_TEXTS: readonly (readonly [spdx: string, phrase: RegExp])[] = [
  ['MIT', /permission is hereby granted, free of charge, to any person obtaining a copy/],
  [
    'ISC',
    /permission to use, copy, modify,? (?:and\/or |and |or )?distribute this software for any purpose with or without fee is hereby granted, provided/,
  ],
  [
    '0BSD',
    /permission to use, copy, modify,? (?:and\/or |and )?distribute this software for any purpose with or without fee is hereby granted\./,
  ],
  ['Unlicense', /this is free and unencumbered software released into the public domain/],
  ['Zlib', /altered source versions must be plainly marked as such/],
  ['CC0-1.0', /cc0 1\.0 universal/],
];

/**
 * Returns the licences whose whole text is in `words` (see plainWords). Licences of GNU get `-only`, because their text
 * does not allow later versions. They get `-or-later` if a notice before the text allows later versions.
 */
export function licencesOfText(words: string): string[] {
  const found: string[] = [];
  for (const [spdx, title] of WHOLE_TEXTS) {
    const at = words.search(title);
    if (at === -1) continue;
    const preamble = words.slice(0, at);
    found.push(/^[AL]?GPL/.test(spdx) ? spdx + suffix(ANY_LATER.test(preamble)) : spdx);
  }
  return [...new Set([...found, ...shortLicences(words)])];
}

/**
 * Returns the licence that the notice at the beginning of a file grants, as an SPDX expression. A GPL without a version
 * is left out. Returns undefined if there is no notice, or none of its licences is known.
 */
export function licenceOfNotice(words: string): string | undefined {
  const gpl = gnuLicence(words);
  const found = [
    ...(gpl === undefined ? [] : [gpl]),
    ...otherNotices(words),
    ...shortLicences(words),
  ];
  const choice =
    /\balternatively\b|choice of|either license|dual[- ](?:license|bsd|mit|mpl)|at your option\)? (?:any of|either)/;
  const unique = [...new Set(found)];
  if (unique.length < 2) return unique[0];
  return choice.test(words) ? unique.join(' OR ') : allLicences(unique);
}

const SHORT_GPL =
  /\b(?:gnu )?(l|a)?(?:gpl|general public license),? ?-?(?:v(?:ersion|er)?\.? ?)?([23](?:\.[01])?)(?!\d)(\+|-or-later|,? or (?:\(at your option\) )?(?:any )?(?:later|newer|above)(?: version)?|-only| only)?/;

/** Whether the words are only a short name of a GNU licence, such as "GPLv2+". */
export function isShortForm(words: string): boolean {
  return SHORT_GPL.exec(words)?.[0].length === words.length;
}

/**
 * Returns the SPDX id for the first usual short name in `words` (see plainWords): "gplv2+", "gpl-2.0 or later", "mit
 * license". READMEs have these names; some SPDX-License-Identifier tags have them by mistake. Returns undefined if no
 * such name is in `words`.
 */
export function licenceOfShortForm(words: string): string | undefined {
  const gpl = SHORT_GPL.exec(words);
  if (gpl !== null) {
    const [, family = '', version = '', later = ''] = gpl;
    const full = version.includes('.') ? version : `${version}.0`;
    return `${family.toUpperCase()}GPL-${full}${suffix(/\+|later|newer|above/.test(later))}`;
  }
  if (/\bmit license\b|\blicen[sc]ed under (?:the )?mit\b/.test(words)) return 'MIT';
  if (/\bapache(?: license)?,?(?: version|-| v)? ?2(?:\.0)?\b/.test(words)) return 'Apache-2.0';
  const bsd = /\b(?:bsd[- ]?([23])[- ]clause|([23])[- ]clause bsd)/.exec(words);
  return bsd === null ? undefined : `BSD-${bsd[1] ?? bsd[2]}-Clause`;
}

const ANY_LATER =
  /any later version|or (?:\(?at your option\)?,? )?(?:any )?(?:later|newer)|version 2\+|gpl-?v?2\+/;

function suffix(orLater: boolean): string {
  return orLater ? '-or-later' : '-only';
}

/** Matches "version 2 of the GNU General Public License". The version may also come after the title. */
const GNU_TITLE =
  /(?:version ([23](?:\.[01])?) (?:\([^)]{0,30}\) )?of the )?gnu (affero |lesser |library )?(?:general )?public licen[sc]e/;

function gnuLicence(words: string): string | undefined {
  const title = GNU_TITLE.exec(words);
  const rest = title === null ? '' : words.slice(title.index, title.index + 420);
  const version =
    title?.[1] ??
    /\b(?:version|v\.?) ?([23](?:\.[01])?)(?!\d)/.exec(rest)?.[1] ??
    /gpl-?v([23])/.exec(rest)?.[1];
  if (title === null || version === undefined) {
    // Texts such as "dual BSD/GPLv2 license" and "licensed under the GPL-2" have a version, but not the title.
    const grant =
      /\b(?:licen[sc]ed? under|terms of|dual[- ](?:bsd|mit)\/|released under|distributed under)\b.{0,60}/;
    const named = licenceOfShortForm(grant.exec(words)?.[0] ?? '');
    return named?.includes('GPL') ? named : undefined;
  }
  const kind = title[2]?.trim();
  const family = kind === 'affero' ? 'AGPL' : kind === undefined ? 'GPL' : 'LGPL';
  const full = version.includes('.') ? version : `${version}.0`;
  return `${family}-${full}${suffix(ANY_LATER.test(rest))}`;
}

function otherNotices(words: string): string[] {
  const found: string[] = [];
  if (/apache license,? (?:version|v\.?) ?2\.0/.test(words)) found.push('Apache-2.0');
  const mpl = /mozilla public license,? (?:version|v\.?) ?(2\.0|1\.1)/.exec(words);
  if (mpl !== null) found.push(`MPL-${mpl[1]}`);
  if (/common development and distribution license/.test(words)) found.push('CDDL-1.0');
  if (/ibm public license/.test(words)) found.push('IPL-1.0');
  return found;
}

function shortLicences(words: string): string[] {
  const found = SHORT_TEXTS.filter(([, phrase]) => phrase.test(words)).map(([spdx]) => spdx);
  const bsd = bsdVariant(words);
  return bsd === undefined ? found : [...found, bsd];
}

/** Matches a grant that begins like that of BSD, but allows less: only unmodified copies, or only some uses. */
const LESS_THAN_BSD =
  /(?<!with (?:or|and|and\/or) )\bwithout modification|\bonly permitted|\bpermitted only|\bnon[- ]?commercial/;

/** Matches a grant that names both kinds of use, and so allows all: "for commercial and non-commercial use". */
const EVERY_USE =
  /\b(?:non[- ]?)?commercial(?: use| purposes)?(?:\/|,? (?:and|or|and\/or|as well as) (?:for )?)(?:non[- ]?)?commercial\b/;

function bsdVariant(words: string): string | undefined {
  const start = words.search(/redistribution(?:s)? and use in source and binary forms/);
  if (start === -1) return undefined;
  const text = words.slice(start);
  if (LESS_THAN_BSD.test(text.slice(0, 200).replace(EVERY_USE, ''))) return undefined;
  if (/openib\.org bsd license/.test(words)) return 'Linux-OpenIB';
  if (/all advertising materials/.test(text)) return 'BSD-4-Clause';
  return /neither the names?|endorse or promote/.test(text) ? 'BSD-3-Clause' : 'BSD-2-Clause';
}
