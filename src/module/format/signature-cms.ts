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

/** One SignerInfo of a CMS (RFC 5652, 5.3). */
export interface CmsSigner {
  /** Common name of the certificate's issuer, as modinfo shows it; undefined where only a key id is given. */
  readonly name: string | undefined;
  /** Serial number of the certificate, or its subject key identifier: hex, as modinfo's sig_key without colons. */
  readonly keyId: string;
  /** As the kernel calls it: sha256; the object identifier in hex where we do not know it. */
  readonly hash: string;
  /** The issuerAndSerialNumber or key identifier as it stands, to be compared with a certificate. */
  readonly identifier: Buffer;
  /** A CMS with this signer alone. */
  readonly alone: Buffer;
}

const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const DATA = '2a864886f70d010701';
const COMMON_NAME = '550403';
/** Object identifiers of digests: 1.3.14.3.2.26 and 2.16.840.1.101.3.4.2.N. */
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

/** Algorithms of signatures that no kernel has (pkcs7_parser.c, pkcs7_sig_note_pkey_algo). */
const NOT_IN_KERNELS: Readonly<Record<string, string>> = {
  '2a864886f70d01010a': 'RSA-PSS',
  '2b6570': 'Ed25519',
  '2b6571': 'Ed448',
};
/** ML-DSA-44, -65 and -87, with which Linux 7.0 takes signed attributes. */
const ML_DSA: readonly string[] = ['11', '12', '13'].map((last) => `6086480165030403${last}`);

/**
 * The signers in a detached CMS SignedData (DER). ArchiveError `bad-signature` for anything else,
 * with no signer, with content of its own, with bytes behind it, or of a kind that no kernel takes for a
 * module's (crypto/asymmetric_keys/pkcs7_verify.c). Certificates in it are no matter: kernels pass over them.
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

/** One CMS with the signers of several over the same content, as `openssl cms -sign` with many -signer. */
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

/** issuerAndSerialNumber of a certificate (RFC 5280, 4.1), and its subject key identifier's hex. */
export function certificateIdentifiers(certificate: X509Certificate): Buffer[] {
  const tbs = derChildren(readDer(certificate.raw))[0];
  const fields = tbs === undefined ? [] : derChildren(tbs);
  const from = fields[0]?.tag === DER.context0 ? 1 : 0;
  const serial = expectDer(fields[from], DER.integer);
  const issuer = expectDer(fields[from + 2], DER.sequence);
  const identifiers = [writeDer(DER.sequence, [issuer.bytes, serial.bytes])];
  // subjectKeyIdentifier is 2.5.29.14; its extnValue holds an OCTET STRING in an OCTET STRING.
  const at = certificate.raw.indexOf(Buffer.from('0603551d0e04', 'hex'));
  if (at !== -1) {
    const value = readDer(expectDer(readDer(certificate.raw, at + 5), DER.octetString).content);
    identifiers.push(writeDer(DER.context0Primitive, [value.content]));
  }
  return identifiers;
}

/** ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, encapContentInfo, …, signerInfos } }. */
function openCms(bytes: Buffer): { contentInfo: DerElement; infos: DerElement[] } {
  const outer = expectDer(readDer(bytes), DER.sequence);
  if (outer.bytes.length !== bytes.length) throw notCms('there are bytes behind it');
  const [type, wrapped] = derChildren(outer);
  if (type === undefined || !type.bytes.equals(SIGNED_DATA)) throw notCms('it is not SignedData');
  const signed = expectDer(readDer(expectDer(wrapped, DER.context0).content), DER.sequence);
  const fields = derChildren(signed);
  const contentInfo = expectDer(fields[2], DER.sequence);
  const [content, ...own] = derChildren(contentInfo);
  if (content?.content.toString('hex') !== DATA) throw notCms('its content is not called data');
  if (own.length > 0) throw notCms('it holds the content itself: it is not detached');
  // Kernels also take a SEQUENCE OF (pkcs7.asn1, siSequence).
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
  return { ...common, name: commonName(expectDer(issuer, DER.sequence)), keyId: number };
}

/** Of what follows the digest: signedAttrs [0], if there are some, and signatureAlgorithm. */
function refuseKind(rest: readonly DerElement[]): void {
  const hasAttributes = rest[0]?.tag === DER.context0;
  const algorithm = expectDer(rest[hasAttributes ? 1 : 0], DER.sequence);
  const oid = derChildren(algorithm)[0]?.content.toString('hex') ?? '';
  const other = NOT_IN_KERNELS[oid];
  if (other !== undefined) throw notCms(`kernels do not know ${other}`);
  if (hasAttributes && !ML_DSA.includes(oid)) {
    throw notCms('it has signed attributes, with which kernels take no module (openssl: -noattr)');
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

/** RFC 5652, 5.1: version 3 as soon as one signer is named by its key identifier. */
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
  return new ArchiveError('bad-signature', `this is no module signature: ${why}`);
}
