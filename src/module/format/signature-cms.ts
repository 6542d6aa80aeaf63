import type { X509Certificate } from 'node:crypto';
import { ArchiveError } from '../../errors.ts';
import {
  DER,
  type DerElement,
  derChildren,
  expectDer,
  readDer,
  writeDer,
  writeDerSet,
} from './der.ts';
import { kernelRefusal } from './kernel-cms.ts';

/** A signer of a CMS (SignerInfo, RFC 5652, 5.3). */
export interface CmsSigner {
  /**
   * The common name of the issuer of the signer's certificate; modinfo prints it. Undefined if the signer is named
   * by a key id.
   */
  readonly name: string | undefined;
  /**
   * The serial number or the subject key identifier of the signer's certificate, in hex without colons. modinfo prints
   * it as sig_key.
   */
  readonly keyId: string;
  /** The name of the hash in the kernel, such as sha256. If the hash is unknown, its object identifier in hex. */
  readonly hash: string;
  /** The bytes of issuerAndSerialNumber or of the key identifier, to compare with a certificate. */
  readonly identifier: Buffer;
  /** The CMS, reduced to this signer. */
  readonly alone: Buffer;
}

const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const DATA = '2a864886f70d010701';
const COMMON_NAME = '550403';
/** The object identifiers of digests, in hex: 1.3.14.3.2.26 and 2.16.840.1.101.3.4.2.N. */
const HASHES: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  '608648016503040208': 'sha3-256',
  '608648016503040209': 'sha3-384',
  '60864801650304020a': 'sha3-512',
};

/** Signature algorithms that no kernel supports (pkcs7_parser.c, pkcs7_sig_note_pkey_algo). */
const NOT_IN_KERNELS: Readonly<Record<string, string>> = {
  '2a864886f70d01010a': 'RSA-PSS',
  '2b6570': 'Ed25519',
  '2b6571': 'Ed448',
};
/** The object identifiers of ML-DSA-44, -65 and -87. Only with these does Linux 7.0 accept signed attributes. */
const ML_DSA: readonly string[] = ['11', '12', '13'].map((last) => `6086480165030403${last}`);

/**
 * Returns the signers of a detached CMS SignedData in DER. Throws ArchiveError `bad-signature` if the bytes are not a
 * CMS, or if the CMS has no signer, contains the signed data, or has bytes after its end. Also throws this error for a
 * kind of signature that no kernel accepts for modules (crypto/asymmetric_keys/pkcs7_verify.c). Certificates in the CMS
 * are ignored, as by the kernel.
 */
export function readCms(bytes: Buffer): CmsSigner[] {
  try {
    const { contentInfo, infos } = openCms(bytes);
    if (infos.length === 0) throw notCms('it has no signer');
    const signers = infos.map((info) => readSigner(info, contentInfo));
    const refusal = kernelRefusal(bytes);
    if (refusal !== undefined) throw notCms(refusal);
    return signers;
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'bad-der') {
      throw notCms('it is not a CMS structure in DER');
    }
    throw error;
  }
}

/**
 * Returns one CMS with the signers of several CMS over the same content, as `openssl cms -sign` does with several
 * -signer. Throws ArchiveError `bad-signature` or `bad-der` for bytes that are not a CMS.
 */
export function joinCms(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const opened = parts.map(openCms);
  const contentInfo = opened[0]?.contentInfo;
  if (contentInfo === undefined) throw notCms('it has no signer');
  return build(
    contentInfo,
    opened.flatMap(({ infos }) => infos),
  );
}

/**
 * Returns the identifiers by which a CMS may name a certificate, in DER: issuerAndSerialNumber (RFC 5280, 4.1) and, if
 * the certificate has one, the subject key identifier.
 */
export function certificateIdentifiers(certificate: X509Certificate): Buffer[] {
  const tbs = derChildren(readDer(certificate.raw))[0];
  const fields = tbs === undefined ? [] : derChildren(tbs);
  const from = fields[0]?.tag === DER.context0 ? 1 : 0;
  const serial = expectDer(fields[from], DER.integer);
  const issuer = expectDer(fields[from + 2], DER.sequence);
  const identifiers = [writeDer(DER.sequence, [issuer.bytes, serial.bytes])];
  // The extension subjectKeyIdentifier is 2.5.29.14. Its value is an OCTET STRING inside of an OCTET STRING.
  const at = certificate.raw.indexOf(Buffer.from('0603551d0e04', 'hex'));
  if (at !== -1) {
    const value = readDer(expectDer(readDer(certificate.raw, at + 5), DER.octetString).content);
    identifiers.push(writeDer(DER.context0Primitive, [value.content]));
  }
  return identifiers;
}

/**
 * Reads the parts of a CMS: ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, encapContentInfo,
 * …, signerInfos } }.
 */
function openCms(bytes: Buffer): { contentInfo: DerElement; infos: DerElement[] } {
  const outer = expectDer(readDer(bytes), DER.sequence);
  if (outer.bytes.length !== bytes.length) throw notCms('there are bytes after it');
  const [type, wrapped] = derChildren(outer);
  if (type === undefined || !type.bytes.equals(SIGNED_DATA)) throw notCms('it is not SignedData');
  const signed = expectDer(readDer(expectDer(wrapped, DER.context0).content), DER.sequence);
  const fields = derChildren(signed);
  const contentInfo = expectDer(fields[2], DER.sequence);
  const [content, ...own] = derChildren(contentInfo);
  if (content?.content.toString('hex') !== DATA) throw notCms('its content type is not data');
  if (own.length > 0) throw notCms('it contains the signed content: it is not detached');
  // Kernels also accept a SEQUENCE OF signers (pkcs7.asn1, siSequence).
  const last = fields.at(-1);
  const signers = last?.tag === DER.sequence ? last : expectDer(last, DER.set);
  return { contentInfo, infos: derChildren(signers) };
}

function readSigner(info: DerElement, contentInfo: DerElement): CmsSigner {
  const [, identifier, digest, ...rest] = derChildren(info);
  refuseKind(rest);
  if (identifier === undefined || digest === undefined) throw notCms('a signer is incomplete');
  const oid = expectDer(derChildren(digest)[0], DER.objectIdentifier).content.toString('hex');
  const common = {
    hash: HASHES[oid] ?? oid,
    identifier: identifier.bytes,
    alone: build(contentInfo, [info]),
  };
  if (identifier.tag === DER.context0Primitive) {
    return { ...common, name: undefined, keyId: identifier.content.toString('hex') };
  }
  const [issuer, serial] = derChildren(expectDer(identifier, DER.sequence));
  const number = expectDer(serial, DER.integer).content.toString('hex');
  // modinfo does not show the first byte if it is only the zero that makes the number positive.
  const keyId = number.replace(/^00(?=[89a-f])/, '');
  return { ...common, name: commonName(expectDer(issuer, DER.sequence)), keyId };
}

/**
 * Throws ArchiveError `bad-signature` for a signer that no kernel accepts. `rest` are the elements after the
 * digest: signedAttrs [0], if there are any, then signatureAlgorithm.
 */
function refuseKind(rest: readonly DerElement[]): void {
  const hasAttributes = rest[0]?.tag === DER.context0;
  const algorithm = expectDer(rest[hasAttributes ? 1 : 0], DER.sequence);
  const oid = derChildren(algorithm)[0]?.content.toString('hex') ?? '';
  const other = NOT_IN_KERNELS[oid];
  if (other !== undefined) throw notCms(`kernels do not know ${other}`);
  if (hasAttributes && !ML_DSA.includes(oid)) {
    throw notCms(
      'it has signed attributes, which kernels reject in a module signature (openssl: use -noattr)',
    );
  }
}

function commonName(name: DerElement): string | undefined {
  for (const set of derChildren(name)) {
    for (const attribute of derChildren(set)) {
      const [type, value] = derChildren(attribute);
      if (type?.content.toString('hex') === COMMON_NAME) return value?.content.toString('utf8');
    }
  }
  return undefined;
}

/** Returns a CMS with these signers. Its version is 3 if a signer is named by its key identifier (RFC 5652, 5.1). */
function build(contentInfo: DerElement, infos: readonly DerElement[]): Buffer {
  const children = infos.map(derChildren);
  const byKey = children.some((fields) => fields[1]?.tag === DER.context0Primitive);
  const digests = children.map((fields) => fields[2]?.bytes ?? Buffer.alloc(0));
  const signed = writeDer(DER.sequence, [
    Buffer.from([DER.integer, 1, byKey ? 3 : 1]),
    writeDerSet(digests),
    contentInfo.bytes,
    writeDerSet(infos.map((info) => info.bytes)),
  ]);
  return writeDer(DER.sequence, [SIGNED_DATA, writeDer(DER.context0, [signed])]);
}

function notCms(why: string): ArchiveError {
  return new ArchiveError('bad-signature', `this is not a module signature: ${why}`);
}
