import type { X509Certificate } from 'node:crypto';
import { type ErrorDetails, EXIT, ModuleBuildError } from '../../errors.ts';

/** Where a pass phrase or PIN is: never the words themselves, which `ps` would show. */
export type PassphraseSource = { readonly file: string } | { readonly environment: string };

/** One key and its certificate. */
export interface SignerOptions {
  /** File (PEM or DER, also encrypted) or `pkcs11:` URI (RFC 7512). */
  readonly key: string;
  /** File, PEM or DER. */
  readonly certificate: string;
  readonly passphrase?: PassphraseSource | undefined;
}

/** What a person asks for: keys, or a command that makes the signature. */
export interface SigningOptions {
  /** Several make several signatures in one CMS, for the time of a key's rotation. */
  readonly signers: readonly SignerOptions[];
  /** Program and its arguments, separated by blanks; see docs/signing.md. */
  readonly command?: string | undefined;
  /** With `command`: the certificates that its signatures must fit. */
  readonly certificates?: readonly string[];
  /** Instead of the target kernel's CONFIG_MODULE_SIG_HASH. */
  readonly hash?: string | undefined;
}

/** Keys that were read and checked, or a command: what signs any number of modules. */
export interface ModuleSigner {
  /** The hash that was asked for; undefined leaves it to each kernel's configuration. */
  readonly hash: string | undefined;
  /** Tells one way of signing from another, for caches: sha256, hex. Holds nothing secret. */
  readonly fingerprint: string;
  /** Whose signatures it makes; none where a command's are not to be verified. */
  readonly certificates: readonly X509Certificate[];
  /** The detached CMS (DER) over the whole file, made with `hash`. */
  sign(file: string, hash: string): Promise<Buffer>;
}

/** A key in a token: how openssl gets at it. */
export interface TokenKey {
  /** Without the PIN. */
  readonly uri: string;
  readonly pin: string | undefined;
  /** Options for `openssl cms` that make the token known. */
  readonly openssl: readonly string[];
}

/** A signature that was asked for and cannot be made; never passed over. */
export function signingError(
  code: string,
  message: string,
  details?: ErrorDetails,
): ModuleBuildError {
  return new ModuleBuildError(code, EXIT.failed, message, details);
}

/** Hashes that a kernel can be configured to sign with (kernel/module/Kconfig, MODULE_SIG_HASH). */
export const SIGNATURE_HASHES: readonly string[] = [
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

/** The hash, if kernels know it; signingError `hash-unknown`. */
export function checkHash(hash: string): string {
  if (SIGNATURE_HASHES.includes(hash)) return hash;
  throw signingError('hash-unknown', `"${hash}" is no hash for module signatures`, {
    hint: `Kernels know ${SIGNATURE_HASHES.join(', ')}.`,
  });
}
