/** Reads SPDX-License-Identifier tags, and converts old ids to current ones. */
import { isShortForm, licenceOfShortForm } from './licence-texts.ts';

/**
 * Returns the expression after SPDX-License-Identifier in the first 4096 characters of a file, without a mark that ends
 * a comment, and the offset of the tag. Returns undefined if there is no tag, or nothing after it.
 */
export function spdxTag(text: string): { expression: string; offset: number } | undefined {
  const head = text.slice(0, 4096);
  const match = /SPDX-License-Identifier:[ \t]*([^\n]*)/.exec(head);
  const expression = (match?.[1] ?? '')
    .replace(/\s*(?:\*+\/|-->|\*+|"""|'''|#\}|%\}).*$/, '')
    .replace(/[\s;,"'`|│║]+$/, '');
  return match === null || expression === '' ? undefined : { expression, offset: match.index };
}

/**
 * Returns an SPDX expression with current ids: `GPL-2.0` becomes `GPL-2.0-only`, `GPL-2.0+` becomes `GPL-2.0-or-later`.
 * A short name such as `GPL v2` becomes an id. Returns undefined if the text is not an expression.
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
  // Parentheses around the whole expression are removed, because they mean nothing.
  return /^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text;
}

/** Returns the licence ids of an expression, without operators and exceptions. */
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

/**
 * Whether the words have the form of an SPDX expression: operands and operators alternate, each operand looks like an
 * id, and parentheses match.
 */
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
