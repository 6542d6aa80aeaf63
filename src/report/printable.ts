import { stripVTControlCharacters } from 'node:util';

/** A text of somebody else's for a terminal, which it must not command: line breaks and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, '');
}

/** The same as one line of results: what breaks it, or cannot be shown, is shown as U+FFFD. */
export function printableLine(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t]/gu, '\ufffd');
}
