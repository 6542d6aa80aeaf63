/** Recognizes key stores and key files that are neither PEM nor DER. */

/** Is this a Java key store (JKS, JCEKS) with a private key? Entries with tag 2 are certificates, which are public. */
export function isJavaKeyStore(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  const magic = bytes.readUInt32BE(0);
  const version = bytes.readUInt32BE(4);
  if ((magic !== 0xfeedfeed && magic !== 0xcececece) || (version !== 1 && version !== 2)) {
    return false;
  }
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    if (at + 6 > bytes.length) return false;
    const tag = bytes.readUInt32BE(at);
    if (tag !== 2) return tag === 1 || tag === 3;
    // An entry consists of an alias, a date, the type of the certificate (only since version 2), and the bytes of
    // the certificate.
    at += 4 + 2 + bytes.readUInt16BE(at + 4) + 8;
    if (version === 2) {
      if (at + 2 > bytes.length) return false;
      at += 2 + bytes.readUInt16BE(at);
    }
    if (at + 4 > bytes.length) return false;
    at += 4 + bytes.readUInt32BE(at);
  }
  return false;
}

/** Public-key algorithms of OpenPGP (RFC 4880, 9.1; RFC 9580, 9.1). */
const ALGORITHMS = new Set([1, 2, 3, 16, 17, 18, 19, 20, 22, 25, 26, 27, 28]);

/**
 * Whether this is a binary OpenPGP file that begins with a secret key (tag 5) or a secret subkey (tag 7), followed by a
 * valid packet or by nothing. `bytes` is the beginning of a file of `size` bytes.
 */
export function isPgpSecretKey(bytes: Buffer, size: number): boolean {
  const packet = packetAt(bytes, 0);
  if (packet === undefined || (packet.tag !== 5 && packet.tag !== 7)) return false;
  const [version = 0] = bytes.subarray(packet.start);
  const algorithm = bytes[packet.start + (version === 3 ? 7 : 5)];
  if (version < 3 || version > 6 || algorithm === undefined || !ALGORITHMS.has(algorithm))
    return false;
  const end = packet.start + packet.length;
  if (end === size) return true;
  // The packet that follows may be a signature, a subkey, trust, a user or an attribute.
  const next = packetAt(bytes, end);
  return next !== undefined && [2, 7, 12, 13, 14, 17].includes(next.tag);
}

function packetAt(
  bytes: Buffer,
  at: number,
): { tag: number; start: number; length: number } | undefined {
  const [head = 0, first = 0, second = 0] = bytes.subarray(at, at + 3);
  if ((head & 0x80) === 0 || at + 6 > bytes.length) return undefined;
  if ((head & 0x40) === 0) {
    const tag = (head >> 2) & 0x0f;
    const digits = [1, 2, 4][head & 3];
    if (digits === undefined) return undefined;
    return { tag, start: at + 1 + digits, length: bytes.readUIntBE(at + 1, digits) };
  }
  const tag = head & 0x3f;
  if (first < 192) return { tag, start: at + 2, length: first };
  if (first < 224) return { tag, start: at + 3, length: ((first - 192) << 8) + second + 192 };
  if (first === 255) return { tag, start: at + 6, length: bytes.readUInt32BE(at + 2) };
  return undefined;
}

/** Matches the line with which key files by PuTTY, GnuPG's agent, minisign and signify begin. */
const BEGINNINGS =
  /^(?:PuTTY-User-Key-File-\d|\(\d+:(?:(?:protected|shadowed)-)?private-key\d?|Key: \((?:protected-|shadowed-)?private-key|untrusted comment: (?:minisign encrypted|signify|rsign encrypted) secret key)/m;
/** The first bytes of a key in Microsoft's format PVK: the magic number and a reserved word. */
const PVK = Buffer.from('1ef1b5b000000000', 'hex').toString('latin1');

/** Is this a private key of PuTTY, GnuPG's agent, age, minisign, signify or Microsoft's tools? */
export function isOtherKeyFile(text: string): boolean {
  if (text.startsWith(PVK)) return true;
  return BEGINNINGS.test(text.slice(0, 4096)) || /^AGE-SECRET-KEY-1[0-9A-Z]{50,}$/m.test(text);
}
