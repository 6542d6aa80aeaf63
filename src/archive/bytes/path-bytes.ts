import { ArchiveError } from '../../errors.ts';

/**
 * File names are bytes; ours are strings. Bytes that are not UTF-8 become lone surrogates
 * U+DC80…U+DCFF, as in Python's "surrogateescape" (PEP 383), and come back unchanged: a tree
 * with a Latin-1 name is packed as dpkg-deb packs it.
 */

const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPE_BASE = 0xdc00;

/** The string that stands for the bytes of a file name; `encodePath` gives the bytes back. */
export function decodePath(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(buffer)) return text;
  let result = '';
  for (let at = 0; at < buffer.length; ) {
    const length = sequenceLength(buffer, at);
    result +=
      length === 0
        ? String.fromCharCode(ESCAPE_BASE + (buffer[at] ?? 0))
        : buffer.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return result;
}

/** The bytes of a name; ArchiveError `path-encoding` for surrogates that stand for no byte. */
export function encodePath(path: string): Buffer {
  if (isUnicode(path)) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0xd800 || code > 0xdfff) parts.push(Buffer.from(character, 'utf8'));
    else if (code >= 0xdc80 && code <= 0xdcff) parts.push(Buffer.from([code - ESCAPE_BASE]));
    else {
      throw new ArchiveError('path-encoding', `${showPath(path)} cannot be written as bytes`, {
        hint: 'Rename the file: Policy 10.10 wants file names in UTF-8.',
      });
    }
  }
  return Buffer.concat(parts);
}

/** False where a name stands for bytes that are not UTF-8 (Policy 10.10 forbids them). */
export function isUnicode(path: string): boolean {
  return !LONE_SURROGATE.test(path);
}

/** A name for a message: control characters and stray bytes are shown as escapes. */
export function showPath(path: string): string {
  return JSON.stringify(path).slice(0, 300);
}

/** How many bytes the well-formed UTF-8 sequence at `at` has; 0 if there is none. */
function sequenceLength(buffer: Buffer, at: number): number {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const bytes = buffer.subarray(at, at + length);
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes) ? length : 0;
}
