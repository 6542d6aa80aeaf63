import type { X509Certificate } from 'node:crypto';
import { type ErrorDetails, EXIT, ModuleBuildError } from '../../errors.ts';

/** Where a pass phrase or PIN is stored. The secret is never on a command line, because `ps` would show it. */
export type PassphraseSource = { readonly file: string } | { readonly environment: string };

/** A key and its certificate. */
export interface KeyPair {
  /** The private key: a file in PEM or DER, which may be encrypted, or a `pkcs11:` URI (RFC 7512). */
  readonly key: string;
  /** The certificate of the key: a file in PEM or DER. */
  readonly certificate: string;
  readonly passphrase?: PassphraseSource | undefined;
}

/** How modules are signed: with keys, or by a command that makes the signatures. */
export interface SigningOptions {
  /** The keys. If there are several, as during a change of keys, each makes a signature in the same CMS. */
  readonly signers: readonly KeyPair[];
  /** The command: a program and its arguments, as in signCommandWords. See docs/signing.md. */
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
  /** The hash that the user requested. Undefined if the hash in each kernel's configuration is used. */
  readonly hash: string | undefined;
  /** The certificates for verifying the signatures. Empty for a command whose signatures are not checked. */
  readonly certificates: readonly X509Certificate[];
  /** Signs a whole file with `hash`, and returns the detached CMS in DER. */
  sign(file: string, hash: string): Promise<Buffer>;
}

/** A key in a token (such as a smart card), and how openssl uses it. */
export interface TokenKey {
  /** The `pkcs11:` URI without the PIN. */
  readonly uri: string;
  readonly pin: string | undefined;
  /** The options that `openssl cms` needs to use tokens. */
  readonly openssl: readonly string[];
}

/** Returns an error about signing: a signature was requested, but cannot be made or used. */
export function signingError(
  code: string,
  message: string,
  details?: ErrorDetails,
): ModuleBuildError {
  return new ModuleBuildError(code, EXIT.failed, message, details);
}
