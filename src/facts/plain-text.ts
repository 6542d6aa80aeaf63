/**
 * Makes plain text from the files of an untrusted tree. decodeText decodes any bytes. cleanLine makes a line that is
 * safe in a control file.
 */

import { isAscii } from 'node:buffer';

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const LATIN1 = new TextDecoder('windows-1252');

/**
 * Decodes bytes as UTF-8. If they are not UTF-8, decodes them as Windows-1252, which contains all characters of
 * Latin-1, the encoding of old drivers.
 */
export function decodeText(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return UTF8.decode(bytes);
  } catch {
    return LATIN1.decode(bytes);
  }
}

/** Whether one of the first 1024 bytes is NUL, as in an object file, firmware or a picture. */
export function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 1024).includes(0);
}

// Characters that become blanks. Control characters could add fields to a control file, and bidirectional marks could
// make a line show another text.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Returns the text as one line. Invisible characters become blanks, and several blanks become one. */
export function cleanLine(text: string): string {
  return text.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim();
}

/** Returns the line number (from 1) of `offset` in `text`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
  }
  return line;
}
