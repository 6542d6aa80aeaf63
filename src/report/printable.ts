import { stripVTControlCharacters } from 'node:util';

/** Removes escape sequences and control characters from an untrusted text. Line breaks and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, '');
}

/** Like printable(), but for a text of one line: control characters and line breaks become U+FFFD. */
export function printableLine(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t]/gu, '\ufffd');
}
