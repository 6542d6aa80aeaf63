/**
 * Text of strangers in a spec file. rpmbuild expands macros everywhere, even in descriptions and comments: `%(…)` runs a
 * shell and `%{lua:…}` a program, so each `%` is doubled. rpmbuild looks for the beginning of a section after that
 * expansion, and drops comments: no line may begin with a `%` or `#` of the text.
 */
import { wrapText } from '../debian/field-text.ts';

const WIDTH = 78;

/**
 * Returns text for one line of a spec: `%` doubled, no control characters, no backslash at the end, where it would
 * join two lines, or before a `%`, which rpmbuild would then not count as doubled (rpm: build/parseSpec.c,
 * copyNextLineFromOFI).
 */
export function specLine(text: string): string {
  return plain(text)
    .replace(/[\\\s]+$/, '')
    .replace(/\\+(?=%)/g, '')
    .replaceAll('%', '%%');
}

/** Returns paragraphs for %description, wrapped, with empty lines between them. */
export function specParagraphs(paragraphs: readonly string[]): string {
  return paragraphs
    .map((paragraph) => paragraph.split('\n').flatMap(wrapped).join('\n'))
    .filter((text) => text !== '')
    .join('\n\n');
}

function wrapped(line: string): string[] {
  const text = plain(line).trim();
  const lines: string[] = [];
  for (const each of wrapText(text, WIDTH)) {
    // A line continues after a backslash, so that the next one could not be a section.
    const safe = specLine(each);
    if (!/^[%#]/.test(safe)) lines.push(safe);
    else if (lines.length > 0) lines.push(`${lines.pop()} ${safe}`);
    else lines.push(`… ${safe}`);
  }
  return lines;
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}
