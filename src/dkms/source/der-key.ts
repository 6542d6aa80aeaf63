/** An element of DER or BER (X.690): its tag and the position of its contents. */
interface Element {
  readonly tag: number;
  readonly start: number;
  /** The length of the contents in bytes. Undefined for BER's indefinite length. */
  readonly length: number | undefined;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTETS = 0x04;
/** The object identifiers of PKCS #7 data and signedData: 1.2.840.113549.1.7.1 and .2. */
const PKCS7 = ['2a864886f70d010701', '2a864886f70d010702'];
/**
 * The object identifiers of encryption with a password in PKCS #5 and PKCS #12: 1.2.840.113549.1.5.x and .1.12.1.x.
 */
const ENCRYPTION = /^2a864886f70d0105|^2a864886f70d010c01/;

/**
 * Is the whole file one structure with a private key: PKCS #1, PKCS #8 (also encrypted), SEC 1, DSA or
 * PKCS #12? Certificates, public keys, signatures and requests have another structure. `bytes` is the
 * beginning of a file of `size` bytes.
 */
export function isDerKey(bytes: Buffer, size: number): boolean {
  const outer = elementAt(bytes, 0);
  if (outer?.tag !== SEQUENCE) return false;
  const end = outer.length === undefined ? size : outer.start + outer.length;
  // After the structure the file may have only a newline or a little padding.
  if (end > size || size - end > 16) return false;
  const first = elementAt(bytes, outer.start);
  if (first === undefined) return false;
  if (first.tag === SEQUENCE) return isEncrypted(bytes, first);
  if (first.tag !== INTEGER || first.length !== 1) return false;
  const version = bytes[first.start];
  const second = elementAt(bytes, after(first));
  if (second === undefined) return false;
  if (version === 3) return isPfx(bytes, second);
  if (second.tag === INTEGER) return (version ?? 9) <= 1 && integersIn(bytes, second) >= 4;
  if (second.tag === SEQUENCE) {
    const oid = elementAt(bytes, second.start);
    const key = elementAt(bytes, after(second));
    return (version ?? 9) <= 1 && oid?.tag === 0x06 && key?.tag === OCTETS;
  }
  return version === 1 && second.tag === OCTETS && (second.length ?? 0) >= 16;
}

/** Is this an encrypted PKCS #8 key: SEQUENCE { algorithm, OCTET STRING }? */
function isEncrypted(bytes: Buffer, algorithm: Element): boolean {
  const oid = elementAt(bytes, algorithm.start);
  const key = elementAt(bytes, after(algorithm));
  return oid?.tag === 0x06 && ENCRYPTION.test(hex(bytes, oid)) && key?.tag === OCTETS;
}

/**
 * Is this a PKCS #12 file? It may contain only certificates, but that is rare and cannot be seen
 * without the password.
 */
function isPfx(bytes: Buffer, content: Element): boolean {
  const oid = elementAt(bytes, content.start);
  return content.tag === SEQUENCE && oid?.tag === 0x06 && PKCS7.includes(hex(bytes, oid));
}

/**
 * Returns how many integers follow each other from `first` on, at most nine. An RSA key consists of nine, a DSA key of
 * six.
 */
function integersIn(bytes: Buffer, first: Element): number {
  let count = 0;
  for (
    let element: Element | undefined = first;
    element?.tag === INTEGER && count < 9;
    element = elementAt(bytes, after(element))
  ) {
    count++;
  }
  return count;
}

function elementAt(bytes: Buffer, at: number): Element | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, start: at + 2, length: first };
  if (first === 0x80) return { tag, start: at + 2, length: undefined };
  const digits = first & 0x7f;
  if (digits > 4 || at + 2 + digits > bytes.length) return undefined;
  return { tag, start: at + 2 + digits, length: bytes.readUIntBE(at + 2, digits) };
}

function after({ start, length }: Element): number {
  return length === undefined ? Number.MAX_SAFE_INTEGER : start + length;
}

function hex(bytes: Buffer, { start, length = 0 }: Element): string {
  return bytes.subarray(start, start + length).toString('hex');
}
