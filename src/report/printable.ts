import { stripVTControlCharacters } from 'node:util';

/**
 * Embeddings, overrides and isolates (Unicode UAX #9), which change the order in which a text is displayed. The marks
 * LRM, RLM and ALM, which occur in Hebrew and Arabic names, are allowed: they do not reorder other text.
 */
const BIDI = '\\u202a-\\u202e\\u2066-\\u2069';
const UNSEEN = new RegExp(`[^\\P{Cc}\\t\\n]|[${BIDI}]`, 'gu');
const UNSEEN_IN_LINE = new RegExp(`[^\\P{Cc}\\t]|[${BIDI}]`, 'gu');

/** Removes escape sequences and control characters, bidirectional ones too, from an untrusted text. Line breaks and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(UNSEEN, '');
}

/** Like printable(), but for a text of one line: control characters and line breaks become U+FFFD. */
export function printableLine(text: string): string {
  return stripVTControlCharacters(text).replace(UNSEEN_IN_LINE, '\ufffd');
}
