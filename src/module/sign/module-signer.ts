import type { X509Certificate } from 'node:crypto';
import { type ErrorDetails, EXIT, ModuleBuildError } from '../../errors.ts';

/** Where a pass phrase or PIN is stored. It is never given on a command line, because `ps` would show it. */
export type PassphraseSource = { readonly file: string } | { readonly environment: string };

/** A key and its certificate. */
export interface KeyPair {
  /** A file (PEM or DER, possibly encrypted) or a `pkcs11:` URI (RFC 7512). */
  readonly key: string;
  /** A file in PEM or DER. */
  readonly certificate: string;
  readonly passphrase?: PassphraseSource | undefined;
}

/** The means of signing: keys, or a command that makes the signature. */
export interface SigningOptions {
  /** The keys. If there are several, each makes a signature in the same CMS. This is for a change of keys. */
  readonly signers: readonly KeyPair[];
  /** A program and its arguments, separated by blanks; see docs/signing.md. */
  readonly command?: string | undefined;
  /** Only with `command`: the certificates with which the signatures of the command are checked. */
  readonly certificates?: readonly string[];
  /** The hash to sign with, instead of the target kernel's CONFIG_MODULE_SIG_HASH. */
  readonly hash?: string | undefined;
  /** The time limit for one signature, in seconds; SIGN_SECONDS by default. */
  readonly timeout?: number | undefined;
}

/** Signs modules with keys that were read and checked, or with a command. */
export interface ModuleSigner {
  /** The requested hash; undefined for the one in each kernel's configuration. */
  readonly hash: string | undefined;
  /** The certificates of its signatures; none for a command whose signatures are not checked. */
  readonly certificates: readonly X509Certificate[];
  /** Returns the detached CMS (DER) over the whole file, made with `hash`. */
  sign(file: string, hash: string): Promise<Buffer>;
}

/** A key in a token, as openssl addresses it. */
export interface TokenKey {
  /** The `pkcs11:` URI without the PIN. */
  readonly uri: string;
  readonly pin: string | undefined;
  /** Options for `openssl cms` that load the support for tokens. */
  readonly openssl: readonly string[];
}

/** Returns the error for a signature that was requested but cannot be made or used. */
export function signingError(
  code: string,
  message: string,
  details?: ErrorDetails,
): ModuleBuildError {
  return new ModuleBuildError(code, EXIT.failed, message, details);
}
