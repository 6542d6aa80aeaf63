/** include/linux/module_signature.h: what stands behind every signed module, newline included. */
const MAGIC = Buffer.from('~Module signature appended~\n', 'latin1');
/** struct module_signature: algo, hash, id_type, signer_len, key_id_len, 3 bytes of padding, be32 sig_len. */
const TRAILER_BYTES = 12;
const PKEY_ID_PKCS7 = 2;

export interface SplitModule {
  /** The module without its signature. */
  readonly unsigned: Buffer;
  /** The CMS that was appended; undefined in an unsigned module. */
  readonly cms: Buffer | undefined;
  /** Why the kernel would not take the trailer, such as another kind of signature. */
  readonly problem: string | undefined;
}

/** Takes the (outermost) appended signature off, as the kernel does (kernel/module/signing.c). */
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
      kind === PKEY_ID_PKCS7 && plain ? undefined : 'its trailer is not one of a PKCS#7 signature',
  };
}

/** The module without any signature, and how many lay one in the other. */
export function withoutSignatures(bytes: Buffer): { unsigned: Buffer; count: number } {
  let unsigned = bytes;
  for (let count = 0; ; count++) {
    const split = splitSignature(unsigned);
    if (split.unsigned.length === unsigned.length) return { unsigned, count };
    unsigned = split.unsigned;
  }
}

/** The module with `cms` appended: byte for byte what scripts/sign-file writes. */
export function appendSignature(unsigned: Buffer, cms: Buffer): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer[2] = PKEY_ID_PKCS7;
  trailer.writeUInt32BE(cms.length, 8);
  return Buffer.concat([unsigned, cms, trailer, MAGIC]);
}

/** Whether bytes end as a signed module does. */
export function endsSigned(bytes: Buffer): boolean {
  return bytes.subarray(-MAGIC.length).equals(MAGIC);
}
