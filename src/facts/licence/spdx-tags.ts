/** SPDX-License-Identifier tags, with the old kernel spellings brought to today's. */
import { isShortForm, licenceOfShortForm } from './licence-texts.ts';

/** The tag of a file's first lines, as it stands there. */
export function spdxTag(text: string): { expression: string; offset: number } | undefined {
  const head = text.slice(0, 4096);
  const match = /SPDX-License-Identifier:[ \t]*([^\n]*)/.exec(head);
  const expression = (match?.[1] ?? '')
    .replace(/\s*(?:\*+\/|-->|\*+|"""|'''|#\}|%\}).*$/, '')
    .replace(/[\s;,"'`|│║]+$/, '');
  return match === null || expression === '' ? undefined : { expression, offset: match.index };
}

/**
 * A valid expression in today's ids (`GPL-2.0` -> `GPL-2.0-only`, `GPL-2.0+` -> `-or-later`), or
 * undefined where it is none and no short form that everybody reads in one way (`GPL v2`).
 */
export function normaliseSpdx(expression: string): string | undefined {
  const plain = expression.toLowerCase().trim();
  if (isShortForm(plain)) return licenceOfShortForm(plain);
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  const words = tokens.map((token) => {
    if (/^(?:and|or|with)$/i.test(token)) return token.toUpperCase();
    return token === '(' || token === ')' ? token : currentId(token);
  });
  if (!isExpression(words)) return undefined;
  const text = words.join(' ').replace(/\( /g, '(').replace(/ \)/g, ')');
  // One pair of parentheses around all of it says nothing.
  return /^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text;
}

/** The single licence ids of an expression, without operators and exceptions. */
export function licenceIds(expression: string): string[] {
  return [
    ...new Set(
      expression
        .replace(/ WITH [^\s()]+/g, '')
        .split(/ AND | OR |[()]/)
        .map((id) => id.trim())
        .filter((id) => id !== ''),
    ),
  ];
}

function currentId(id: string): string {
  const gnu = /^((?:A|L)?GPL)-?v?(\d(?:\.\d)?)(\+|-only|-or-later)?$/i.exec(id);
  if (gnu !== null) {
    const [, family = '', version = '', later] = gnu;
    const full = version.includes('.') ? version : `${version}.0`;
    const suffix = later === '+' ? '-or-later' : (later?.toLowerCase() ?? '-only');
    return `${family.toUpperCase()}-${full}${suffix}`;
  }
  return KNOWN_CASE.get(id.toLowerCase()) ?? id;
}

const KNOWN_CASE = new Map(
  ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'MPL-2.0', 'Linux-OpenIB'].map(
    (id) => [id.toLowerCase(), id],
  ),
);

/** Operand, operator, operand …; every operand a plausible id, parentheses balanced. */
function isExpression(tokens: readonly string[]): boolean {
  let depth = 0;
  let operandNext = true;
  for (const token of tokens) {
    if (token === '(' && operandNext) depth++;
    else if (token === ')' && !operandNext && depth > 0) depth--;
    else if (/^(?:AND|OR|WITH)$/.test(token) && !operandNext) operandNext = true;
    else if (/^[A-Za-z\d][-.:A-Za-z\d]*\+?$/.test(token) && operandNext) operandNext = false;
    else return false;
  }
  return depth === 0 && !operandNext;
}
