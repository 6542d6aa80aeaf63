import { InputError, type Place } from '../errors.ts';

/**
 * What no Debian text file may carry: control characters (a CR would end a line for some readers,
 * an ESC reaches people's terminals) and Unicode's own line ends.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Throws InputError `control-character` if `text` has a control character other than tab and newline. */
export function refuseControlCharacters(text: string, what: string, where?: Place): void {
  const found = FORBIDDEN.exec(text);
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new InputError('control-character', `${what} contains the control character U+${code}`, {
    hint: 'Remove it from the text it came from.',
    ...(where === undefined ? {} : { where }),
  });
}

/** Breaks `text` at blanks into lines of at most `width` characters; a longer word has its own line. */
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
