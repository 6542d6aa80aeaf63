import { ArchiveError } from '../../errors.ts';

/** One element of DER (ITU-T X.690): its tag byte, its content, and all its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
}

/** The tag bytes of the kinds of elements. */
export const DER = {
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context0Primitive: 0x80,
  context1: 0xa1,
} as const;

/**
 * Reads the element that begins at `offset`. Throws ArchiveError `bad-der` if the element is not complete, if its tag
 * has more than one byte, or if its length is indefinite or is written in more than four bytes.
 */
export function readDer(bytes: Buffer, offset = 0): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw bad();
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) throw bad();
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  if (start + length > bytes.length) throw bad();
  const end = start + length;
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(offset, end) };
}

/** Returns the elements inside a constructed element, in their order. Throws the errors of readDer. */
export function derChildren(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let offset = 0; offset < element.content.length; ) {
    const child = readDer(element.content, offset);
    children.push(child);
    offset += child.bytes.length;
  }
  return children;
}

/** Returns `element`. Throws ArchiveError `bad-der` if it is undefined or has another tag than the expected one. */
export function expectDer(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw bad();
  return element;
}

/** Returns the bytes of an element that contains `parts`. The length is written in its shortest form (X.690 10.1). */
export function writeDer(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

/** Returns the bytes of a SET OF. The set has each element of `parts` once, sorted by bytes (X.690 11.6). */
export function writeDerSet(parts: readonly Buffer[]): Buffer {
  const sorted = [...parts].sort(Buffer.compare);
  const different = sorted.filter((part, i) => i === 0 || !part.equals(sorted[i - 1] as Buffer));
  return writeDer(DER.set, different);
}

function bad(): ArchiveError {
  return new ArchiveError('bad-der', 'not a whole DER structure');
}
