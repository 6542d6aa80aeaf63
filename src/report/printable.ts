import { stripVTControlCharacters } from 'node:util';

/**
 * Matches the characters that change the order in which a text is displayed: embeddings, overrides and isolates
 * (Unicode UAX #9). The marks LRM, RLM and ALM are allowed, because they occur in Hebrew and Arabic names and do
 * not change the order of other text.
 */
const BIDI = '\\u202a-\\u202e\\u2066-\\u2069';
const UNSEEN = new RegExp(`[^\\P{Cc}\\t\\n]|[${BIDI}]`, 'gu');
const UNSEEN_IN_LINE = new RegExp(`[^\\P{Cc}\\t]|[${BIDI}]`, 'gu');

/**
 * Removes escape sequences, control characters and characters that change the direction of writing from a text of
 * unknown origin. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(UNSEEN, '');
}

/**
 * Does the same as printable() for a text of one line, with one difference: the characters become U+FFFD, so that the
 * reader sees where they were. A line break becomes U+FFFD, too. Escape sequences are removed, and tabs stay.
 */
export function printableLine(text: string): string {
  return stripVTControlCharacters(text).replace(UNSEEN_IN_LINE, '\ufffd');
}
