import { DER, type DerElement, derChildren, readDer } from './der.ts';

/**
 * The rules by which kernels parse a module's signature (crypto/asymmetric_keys/pkcs7.asn1, pkcs7_parser.c). These
 * rules differ from those of RFC 5652 and of openssl. They are stricter: unknown versions and algorithms are errors.
 * They are also looser: the parameters of an algorithm may have any value, and the list of digests may name any
 * digests.
 */

const VERSION_BY_SERIAL = 1;
const VERSION_BY_KEY = 3;
const CONTEXT2 = 0xa2;
const CONTEXT3 = 0xa3;

/**
 * The public key algorithms that kernels know: RSA, ECDSA with every digest, SM2, GOST, ML-DSA
 * (pkcs7_sig_note_pkey_algo).
 */
const KEY_ALGORITHMS: ReadonlySet<string> = new Set([
  '2a864886f70d010101',
  '2a8648ce3d0401',
  ...['01', '02', '03', '04'].map((last) => `2a8648ce3d0403${last}`),
  ...['0a', '0b', '0c'].map((last) => `6086480165030403${last}`),
  '2a811ccf55018375',
  '2a85030701010101',
  '2a85030701010102',
  ...['11', '12', '13'].map((last) => `6086480165030403${last}`),
]);
/** The digest algorithms that kernels know: SHA-1, SHA-2, SHA-3, SM3, Streebog (pkcs7_sig_note_digest_algo). */
const DIGESTS: ReadonlySet<string> = new Set([
  '2b0e03021a',
  ...['01', '02', '03', '04', '08', '09', '0a'].map((last) => `6086480165030402${last}`),
  '2a811ccf55018311',
  '2a85030701010202',
  '2a85030701010203',
]);

/**
 * Returns why kernels cannot read this CMS; undefined if they can. Throws ArchiveError `bad-der` for bytes that are not
 * DER.
 */
export function kernelRefusal(bytes: Buffer): string | undefined {
  const signed = derChildren(readDer(bytes))[1];
  const fields = signed === undefined ? [] : derChildren(readDer(signed.content));
  const [version, digests, , ...rest] = fields;
  const byKey = isVersion(version, VERSION_BY_KEY);
  if (!byKey && !isVersion(version, VERSION_BY_SERIAL)) return 'kernels do not know its version';
  if (!isSetOf(digests) || !derChildren(digests).every(isAlgorithm)) {
    return 'its list of digests is malformed';
  }
  const [signers, ...more] = rest.filter(({ tag }, at) => !isOptional(tag, rest.slice(0, at)));
  if (!isSetOf(signers) || more.length > 0) return 'it has parts that kernels do not know';
  for (const signer of derChildren(signers)) {
    const refusal = signerRefusal(signer, byKey);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Whether an optional element with this tag may follow the elements `before`. The optional elements are
 * certificates ([0] or [2]) and, after these, revocation lists ([1] or [3]), each at most once.
 */
function isOptional(tag: number, before: readonly DerElement[]): boolean {
  const certificates: number[] = [DER.context0, CONTEXT2];
  const lists: number[] = [DER.context1, CONTEXT3];
  if (certificates.includes(tag)) return before.length === 0;
  return lists.includes(tag) && before.every((one) => certificates.includes(one.tag));
}

function signerRefusal(signer: DerElement, byKey: boolean): string | undefined {
  if (signer.tag !== DER.sequence) return 'a signer is malformed';
  const [version, identifier, digest, ...others] = derChildren(signer);
  // The version of a signer decides which kind of identifier it has (pkcs7_note_signerinfo_version).
  if (!isVersion(version, byKey ? VERSION_BY_KEY : VERSION_BY_SERIAL)) {
    return 'the version of a signer differs from that of the whole signature';
  }
  const named = byKey ? identifier?.tag === DER.context0Primitive : isSerial(identifier);
  if (!named) return 'the identifier of a signer is not of the kind for its version';
  if (!isAlgorithm(digest) || !DIGESTS.has(oidOf(digest)))
    return 'a signer has a digest that kernels do not know';
  const rest = others[0]?.tag === DER.context0 ? others.slice(1) : others;
  const [algorithm, signature, unsigned, ...more] = rest;
  if (!isAlgorithm(algorithm) || !KEY_ALGORITHMS.has(oidOf(algorithm))) {
    return 'a signer has a public key algorithm that kernels do not know';
  }
  if (signature?.tag !== DER.octetString) return 'a signer has no signature';
  const known =
    unsigned === undefined || unsigned.tag === DER.context1 || unsigned.tag === CONTEXT3;
  return known && more.length === 0 ? undefined : 'a signer has parts that kernels do not know';
}

function isVersion(element: DerElement | undefined, version: number): boolean {
  return element?.tag === DER.integer && element.content.equals(Buffer.from([version]));
}

/** Whether the element is a SET OF or a SEQUENCE OF; the kernel's grammar accepts both. */
function isSetOf(element: DerElement | undefined): element is DerElement {
  return element?.tag === DER.set || element?.tag === DER.sequence;
}

/** Whether the element is a SEQUENCE of an object identifier and at most one parameter of any kind. */
function isAlgorithm(element: DerElement | undefined): element is DerElement {
  if (element?.tag !== DER.sequence) return false;
  const [oid, , ...more] = derChildren(element);
  return oid?.tag === DER.objectIdentifier && more.length === 0;
}

function oidOf(algorithm: DerElement): string {
  return derChildren(algorithm)[0]?.content.toString('hex') ?? '';
}

/**
 * Whether the element is an issuerAndSerialNumber: a name, which consists of sets of (type, value), and an integer.
 */
function isSerial(element: DerElement | undefined): boolean {
  if (element?.tag !== DER.sequence) return false;
  const [issuer, serial, ...more] = derChildren(element);
  if (issuer?.tag !== DER.sequence || serial?.tag !== DER.integer || more.length > 0) return false;
  return derChildren(issuer).every(
    (set) =>
      set.tag === DER.set &&
      derChildren(set).every((pair) => {
        const [type, value, ...rest] = pair.tag === DER.sequence ? derChildren(pair) : [];
        return type?.tag === DER.objectIdentifier && value !== undefined && rest.length === 0;
      }),
  );
}
