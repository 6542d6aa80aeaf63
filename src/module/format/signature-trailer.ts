/** The text at the end of every signed module, with its newline (include/linux/module_signature.h). */
const MAGIC = Buffer.from('~Module signature appended~\n', 'latin1');
/**
 * The size of struct module_signature: algo, hash, id_type, signer_len, key_id_len, 3 bytes of padding, sig_len
 * (big endian).
 */
const TRAILER_BYTES = 12;
const PKEY_ID_PKCS7 = 2;

/** A module and the signature appended to it. */
export interface SplitModule {
  /** The module without its signature. */
  readonly unsigned: Buffer;
  /**
   * The CMS that is appended to the module. Undefined if the module is not signed, or if the place of the CMS is
   * unknown.
   */
  readonly cms: Buffer | undefined;
  /**
   * Says why the kernel would reject the end of the module. Undefined if the end is as in a signed or in an unsigned
   * module.
   */
  readonly problem: string | undefined;
}

/**
 * Separates a module and the signature appended to it, as the kernel does (kernel/module/signing.c). Of several
 * signatures only the last one is separated.
 */
export function splitSignature(bytes: Buffer): SplitModule {
  const magicAt = bytes.length - MAGIC.length;
  if (magicAt < 0 || !bytes.subarray(magicAt).equals(MAGIC)) {
    return { unsigned: bytes, cms: undefined, problem: undefined };
  }
  const trailerAt = magicAt - TRAILER_BYTES;
  const length = trailerAt < 0 ? 0 : bytes.readUInt32BE(magicAt - 4);
  const start = trailerAt - length;
  if (trailerAt < 0 || length === 0 || start <= 0) {
    return {
      unsigned: bytes.subarray(0, magicAt),
      cms: undefined,
      problem: 'the length in its trailer is wrong',
    };
  }
  const [algorithm, hash, kind, signer, keyId] = bytes.subarray(trailerAt, trailerAt + 5);
  const plain = algorithm === 0 && hash === 0 && signer === 0 && keyId === 0;
  return {
    unsigned: bytes.subarray(0, start),
    cms: bytes.subarray(start, trailerAt),
    problem:
      kind === PKEY_ID_PKCS7 && plain ? undefined : 'its trailer is not that of a PKCS#7 signature',
  };
}

/** Returns a module without its signatures, also if it was signed several times. */
export function withoutSignatures(bytes: Buffer): Buffer {
  let rest = bytes;
  for (;;) {
    const { unsigned } = splitSignature(rest);
    if (unsigned.length === rest.length) return unsigned;
    rest = unsigned;
  }
}

/** Returns a module with the signature `cms` appended to it: the same bytes as scripts/sign-file writes. */
export function appendSignature(unsigned: Buffer, cms: Buffer): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer[2] = PKEY_ID_PKCS7;
  trailer.writeUInt32BE(cms.length, 8);
  return Buffer.concat([unsigned, cms, trailer, MAGIC]);
}

/** Whether the bytes end like a signed module. */
export function endsSigned(bytes: Buffer): boolean {
  return bytes.subarray(-MAGIC.length).equals(MAGIC);
}
