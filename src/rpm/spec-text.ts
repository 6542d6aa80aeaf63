/**
 * Writes text of unknown origin into a spec file. rpmbuild expands macros everywhere, even in descriptions and
 * comments: `%(…)` runs a shell and `%{lua:…}` a program, so each `%` is doubled. rpmbuild takes a line that begins
 * with `%` as the beginning of a section, and one that begins with `#` as a comment, so no line of the text may
 * begin so.
 */
import { wrapText } from '../debian/field-text.ts';

const WIDTH = 78;

/**
 * Makes a text safe as one line of a spec. `%` is doubled, and control characters become blanks. A backslash is removed
 * at the end, where it would join two lines. It is also removed before a `%`, because rpmbuild does not see that such a
 * `%` is doubled (rpm: build/parseSpec.c, copyNextLineFromOFI).
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
    // No line may begin with `%` or `#`. Such a line is added to the line before it, or begins with `…`.
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
