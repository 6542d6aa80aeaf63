import { ArchiveError } from '../../errors.ts';

/**
 * Converts file names between bytes and strings. Bytes that are not UTF-8 become lone surrogates U+DC80…U+DCFF, as with
 * Python's "surrogateescape" (PEP 383), and are converted back unchanged. So a file with a Latin-1 name gets the same
 * bytes in the package as from dpkg-deb.
 */

const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPE_BASE = 0xdc00;

/** Returns the string for the bytes of a file name. `encodePath` converts it back. */
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

/**
 * Returns the bytes of a file name. Throws ArchiveError `path-encoding` for a surrogate that does not
 * represent a byte.
 */
export function encodePath(path: string): Buffer {
  if (isUnicode(path)) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0xd800 || code > 0xdfff) parts.push(Buffer.from(character, 'utf8'));
    else if (code >= 0xdc80 && code <= 0xdcff) parts.push(Buffer.from([code - ESCAPE_BASE]));
    else {
      throw new ArchiveError(
        'path-encoding',
        `the name ${showPath(path)} has a character that no file name can have`,
        {
          hint: 'Rename the file: Policy 10.10 requires file names in UTF-8.',
        },
      );
    }
  }
  return Buffer.concat(parts);
}

/**
 * Returns a key by which names are sorted in the order of their bytes. An ASCII name, whose UTF-8 has as many bytes as
 * the name has characters, is its own key.
 */
export function byteOrderKey(path: string): string {
  return Buffer.byteLength(path) === path.length ? path : encodePath(path).toString('latin1');
}

/** Returns whether the name is valid UTF-8, as Policy 10.10 requires. */
export function isUnicode(path: string): boolean {
  return !LONE_SURROGATE.test(path);
}

/**
 * Returns a name for a message: quoted, with escapes for invalid bytes and for the control characters below U+0020
 * (printable() removes the others), and cut after 300 characters.
 */
export function showPath(path: string): string {
  return JSON.stringify(path).slice(0, 300);
}

/** Returns the number of bytes of the UTF-8 sequence that begins at index `at`, or 0 if the sequence is not valid. */
function sequenceLength(buffer: Buffer, at: number): number {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const bytes = buffer.subarray(at, at + length);
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes) ? length : 0;
}
