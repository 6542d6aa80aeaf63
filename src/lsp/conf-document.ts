import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { ConfText } from '../lint/text/conf-text.ts';

/**
 * The longest line that is searched, in characters. In a longer line nothing is completed or explained: no person types
 * it, and a search in it takes long.
 */
export const LONGEST_LINE = 2000;

/**
 * The text of a dkms.conf that is open in an editor. The rules of lint read it as latin1, with one character for each
 * byte; the editor counts lines and UTF-16 units. This class converts between the two.
 */
export class ConfDocument {
  readonly document: TextDocument;
  readonly conf: ConfText;
  /**
   * For each byte of the text, the offset of its character in UTF-16 units. Undefined if the text is ASCII, because the
   * offset then is the number of the byte.
   */
  readonly #units: Uint32Array | undefined;

  constructor(document: TextDocument) {
    this.document = document;
    const bytes = Buffer.from(document.getText(), 'utf8');
    this.conf = new ConfText(bytes.toString('latin1'));
    this.#units = bytes.length === document.getText().length ? undefined : unitsOf(bytes);
  }

  /** Returns the position of a byte of the text. */
  positionAt(byte: number): Position {
    const unit = this.#units === undefined ? byte : (this.#units[byte] ?? this.#units.at(-1) ?? 0);
    return this.document.positionAt(unit);
  }

  range(start: number, end: number): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }
}

/**
 * Decodes a part of the text for the editor. The rules read the file as latin1, one character for each byte. The bytes
 * are UTF-8.
 */
export function decoded(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/**
 * Returns for each byte the number of UTF-16 units before its character; for the end of the text, the number of all
 * units.
 */
function unitsOf(bytes: Buffer): Uint32Array {
  const units = new Uint32Array(bytes.length + 1);
  let unit = 0;
  let next = 0;
  for (const [i, byte] of bytes.entries()) {
    // Bytes from 0x80 to 0xbf continue a character. A character of four bytes has two units (RFC 3629).
    if (byte < 0x80 || byte >= 0xc0) {
      unit = next;
      next += byte >= 0xf0 ? 2 : 1;
    }
    units[i] = unit;
  }
  units[bytes.length] = next;
  return units;
}
