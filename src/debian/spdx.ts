import { lookUp } from '../system/text/look-up.ts';

/**
 * The short names of licences in copyright-format 1.0 ("License specification"), by the SPDX identifier in lower
 * case. A licence that is neither here nor matched by GNU keeps its SPDX identifier.
 */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'artistic-1.0': 'Artistic',
  'bsd-2-clause': 'BSD-2-clause',
  'bsd-3-clause': 'BSD-3-clause',
  'bsd-4-clause': 'BSD-4-clause',
  'apache-2.0': 'Apache-2.0',
  'cc0-1.0': 'CC0-1.0',
  isc: 'ISC',
  'linux-openib': 'Linux-OpenIB',
  mit: 'Expat',
  'mpl-1.1': 'MPL-1.1',
  'mpl-2.0': 'MPL-2.0',
  zlib: 'Zlib',
};

/**
 * Matches the SPDX ids of GNU licences: `GPL-2.0`, `GPL-2.0-only`, `GPL-2.0-or-later`, `GPL-2.0+`, and the same for
 * LGPL, AGPL and GFDL.
 */
const GNU = /^(a?gpl|lgpl|gfdl)-(\d+)(\.\d+)?(-only|-or-later|\+)?$/i;

interface Operators {
  readonly operator: 'and' | 'or';
  readonly operands: readonly Term[];
}
type Term = string | Operators;

/**
 * Converts an SPDX licence expression into the License field of copyright-format 1.0:
 * `GPL-2.0 OR BSD-2-Clause` → `GPL-2 or BSD-2-clause`, `(A OR B) AND C` → `A or B, and C`,
 * `GPL-2.0 WITH Linux-syscall-note` → `GPL-2 with Linux-syscall-note exception`. Returns undefined
 * for text that is not an SPDX expression or has too many brackets, or if the format cannot express
 * its nesting.
 */
export function spdxToDep5(expression: string): string | undefined {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  if (tokens.filter((token) => token === '(').length > MOST_BRACKETS) return undefined;
  const [term, end] = parseOperators(tokens, 0, 'or');
  return term === undefined || end !== tokens.length ? undefined : write(term);
}

/** Returns the short names in a License field: three for `GPL-2 or BSD-2-clause, and Expat`. */
export function licenseNames(license: string): string[] {
  const names: string[] = [];
  let words: string[] = [];
  for (const word of [...license.replaceAll(',', ' , ').split(/\s+/), ',']) {
    if (!/^(?:and|or|,)$/i.test(word)) {
      if (word !== '') words.push(word);
      continue;
    }
    if (words.length > 0) names.push(words.join(' '));
    words = [];
  }
  return [...new Set(names)];
}

/** Matches the short names of GNU licences in copyright-format 1.0: `GPL-2`, `LGPL-2.1+`. */
const GNU_SHORT = /^(A?GPL|LGPL|GFDL)-(\d+)(\.\d+)?(\+)?$/i;

/**
 * Converts a License field of copyright-format 1.0 into an SPDX licence expression. This is the reverse of spdxToDep5:
 * `GPL-2 or BSD-2-clause, and Expat` → `(GPL-2.0-only OR BSD-2-Clause) AND MIT`. Returns undefined for a field that is
 * not a list of short names.
 */
export function dep5ToSpdx(license: string): string | undefined {
  const parts = license.split(/\s*,\s*and\s+/i).map((part) => {
    const words = part.trim().split(/\s+/);
    return words.map((word, index) => {
      if (/^(?:and|or|with)$/i.test(word)) return word.toUpperCase();
      if (/^exception$/i.test(word) && /^with$/i.test(words[index - 2] ?? '')) return '';
      return isIdentifier(word) ? spdxIdentifier(word) : undefined;
    });
  });
  if (parts.some((words) => words.includes(undefined))) return undefined;
  const texts = parts.map((words) => words.filter((word) => word !== '').join(' '));
  // spdxToDep5 refuses a text that has two identifiers in a row or is not an expression.
  if (texts.some((text) => spdxToDep5(text) === undefined)) return undefined;
  return allLicences(texts);
}

/**
 * Joins SPDX licence expressions that all apply: `A OR B` and `C` → `(A OR B) AND C`. A single expression stays as it
 * is.
 */
export function allLicences(expressions: readonly string[]): string {
  const [only = '', ...others] = new Set(expressions);
  if (others.length === 0) return only;
  const operand = (text: string) => (text.includes(' OR ') ? `(${text})` : text);
  return [only, ...others].map(operand).join(' AND ');
}

function spdxIdentifier(name: string): string {
  const [, family, major, minor = '.0', range] = GNU_SHORT.exec(name) ?? [];
  if (family !== undefined) {
    return `${family.toUpperCase()}-${major}${minor}-${range === undefined ? 'only' : 'or-later'}`;
  }
  const found = Object.entries(SHORT_NAMES).find(([, short]) => short === name)?.[0];
  return found === undefined ? name : (SPDX_SPELLING[found] ?? found.toUpperCase());
}

/** The spelling of those identifiers in SHORT_NAMES that SPDX writes with lower-case letters. */
const SPDX_SPELLING: Readonly<Record<string, string>> = {
  'artistic-1.0': 'Artistic-1.0',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause',
  'apache-2.0': 'Apache-2.0',
  'linux-openib': 'Linux-OpenIB',
  zlib: 'Zlib',
};

/**
 * The most pairs of brackets in an expression. An expression with more is not understood, because many nested ones
 * could exhaust the stack.
 */
const MOST_BRACKETS = 50;

type Parsed = readonly [term: Term | undefined, next: number];

/** Parses operands joined by `operator`. AND binds tighter than OR, in SPDX and in copyright-format 1.0. */
function parseOperators(tokens: readonly string[], start: number, operator: 'and' | 'or'): Parsed {
  const operand = operator === 'or' ? 'and' : undefined;
  const operands: Term[] = [];
  let next = start;
  for (;;) {
    const [term, after] = operand
      ? parseOperators(tokens, next, operand)
      : parseLicense(tokens, next);
    if (term === undefined) return [undefined, after];
    // "A OR (B OR C)" is the same as "A OR B OR C".
    if (typeof term !== 'string' && term.operator === operator) operands.push(...term.operands);
    else operands.push(term);
    next = after;
    if (tokens[next]?.toLowerCase() !== operator) break;
    next++;
  }
  const [only] = operands;
  return [operands.length === 1 ? only : { operator, operands }, next];
}

function parseLicense(tokens: readonly string[], start: number): Parsed {
  const token = tokens[start];
  if (token === '(') {
    const [term, end] = parseOperators(tokens, start + 1, 'or');
    return tokens[end] === ')' ? [term, end + 1] : [undefined, end];
  }
  if (token === undefined || !isIdentifier(token)) return [undefined, start];
  if (tokens[start + 1]?.toLowerCase() !== 'with') return [shortName(token), start + 1];
  const exception = tokens[start + 2];
  if (exception === undefined || !isIdentifier(exception)) return [undefined, start];
  return [`${shortName(token)} with ${exception} exception`, start + 3];
}

function isIdentifier(token: string): boolean {
  return /^[A-Za-z0-9][-.:A-Za-z0-9]*\+?$/.test(token) && !/^(?:and|or|with)$/i.test(token);
}

function shortName(identifier: string): string {
  const [, family, major, minor = '', range = ''] = GNU.exec(identifier) ?? [];
  if (family === undefined) return lookUp(SHORT_NAMES, identifier.toLowerCase()) ?? identifier;
  const version = minor === '.0' ? major : `${major}${minor}`;
  return `${family.toUpperCase()}-${version}${/^(?:-or-later|\+)$/i.test(range) ? '+' : ''}`;
}

/**
 * Returns the expression in the syntax of copyright-format, or undefined if this syntax cannot express it: the
 * syntax has no brackets, only a comma before the outermost `and`.
 */
function write(term: Term): string | undefined {
  if (isPlain(term)) return join(term);
  const bracketed =
    typeof term !== 'string' && term.operator === 'and' && term.operands.every(isPlain);
  return bracketed ? term.operands.map(join).join(', and ') : undefined;
}

function join(term: Term): string {
  return typeof term === 'string' ? term : term.operands.map(join).join(` ${term.operator} `);
}

/** Whether the expression can be written without brackets, as `A and B or C` can. */
function isPlain(term: Term): boolean {
  if (typeof term === 'string' || isConjunction(term)) return true;
  return term.operator === 'or' && term.operands.every(isConjunction);
}

function isConjunction(term: Term): boolean {
  if (typeof term === 'string') return true;
  return term.operator === 'and' && term.operands.every((operand) => typeof operand === 'string');
}
