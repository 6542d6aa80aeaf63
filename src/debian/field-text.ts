import { InputError, type Place } from '../errors.ts';

/**
 * Characters that are not allowed in a Debian text file: control characters except tab and newline,
 * Unicode's line separators, and characters that change the direction of other text. Some programs
 * end a line at CR, and ESC would control the reader's terminal.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression searches for them.
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/**
 * Throws InputError `control-character` if `text` has a character that FORBIDDEN matches. `what` names the text in the
 * message, `where` is its place.
 */
export function refuseControlCharacters(text: string, what: string, where?: Place): void {
  const found = FORBIDDEN.exec(text);
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new InputError('control-character', `${what} contains the control character U+${code}`, {
    hint: 'Remove the character from the text.',
    ...(where === undefined ? {} : { where }),
  });
}

/** Wraps `text` between words into lines of at most `width` characters. A longer word gets its own line. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const word of text.split(/[ \t\n]+/)) {
    if (word === '') continue;
    const wordLength = [...word].length;
    if (line !== '' && length + 1 + wordLength > width) {
      lines.push(line);
      line = '';
      length = 0;
    }
    line = line === '' ? word : `${line} ${word}`;
    length += wordLength + (length === 0 ? 0 : 1);
  }
  if (line !== '') lines.push(line);
  return lines;
}
