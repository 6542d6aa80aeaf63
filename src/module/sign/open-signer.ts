import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ArchiveError } from '../../errors.ts';
import { checkCms } from '../format/check-cms.ts';
import { type CmsSigner, joinCms, readCms } from '../format/signature-cms.ts';
import { readCertificate, readKey, readPassphrase } from './key-files.ts';
import {
  type KeyPair,
  type ModuleSigner,
  type SigningOptions,
  signingError,
} from './module-signer.ts';
import { openToken } from './open-token.ts';
import { SIGN_SECONDS } from './sign-timeout.ts';
import { signWithCommand } from './sign-with-command.ts';
import { type OpensslKey, signWithOpenssl } from './sign-with-openssl.ts';
import { checkHash } from './signature-hash.ts';
import { isTokenUri } from './token-uri.ts';

/**
 * Returns a signer for the keys or the command. The keys and certificates are read and checked here, before anything is
 * compiled. Only a key in a token is checked later, when it signs the first module. Throws signingError `key-mismatch`,
 * `hash-unknown`, and the errors of key-files.ts and open-token.ts.
 */
export async function openSigner(options: SigningOptions): Promise<ModuleSigner> {
  if (options.hash !== undefined) checkHash(options.hash);
  const { command, timeout = SIGN_SECONDS } = options;
  if (command !== undefined) {
    const certificates = await Promise.all((options.certificates ?? []).map(readCertificate));
    return {
      hash: options.hash,
      certificates,
      sign: async (file, hash) => {
        const cms = await signWithCommand(command, file, hash, timeout);
        await checkCommandOutput(cms, file, hash, certificates);
        return cms;
      },
    };
  }
  const signers = await Promise.all(options.signers.map(openKey));
  const certificates = signers.map(({ certificate }) => certificate);
  return {
    hash: options.hash,
    certificates,
    sign: async (file, hash) => {
      const parts: Buffer[] = [];
      // The keys are used one after the other, because a token serves only one session at a time.
      for (const signer of signers) {
        const cms = await signWithOpenssl(file, hash, signer.key, signer.file, timeout);
        if ('uri' in signer.key) await checkToken(cms, file, signer.certificate);
        parts.push(cms);
      }
      return joinCms(parts);
    },
  };
}

async function openKey(
  options: KeyPair,
): Promise<{ key: OpensslKey; certificate: X509Certificate; file: string }> {
  const file = options.certificate;
  const certificate = await readCertificate(file);
  const passphrase = options.passphrase && (await readPassphrase(options.passphrase));
  if (isTokenUri(options.key)) {
    return { key: await openToken(options.key, passphrase), certificate, file };
  }
  if (!certificate.checkPrivateKey(await readKey(options.key, passphrase))) {
    throw signingError(
      'key-mismatch',
      `the key ${options.key} does not belong to the certificate`,
      {
        where: { file },
        hint: 'Give the certificate that was made for this key.',
      },
    );
  }
  return { key: { file: options.key, passphrase }, certificate, file };
}

/** Checks a signature that was made by a token, because openssl may have crashed during the work (signWithOpenssl). */
async function checkToken(cms: Buffer, file: string, certificate: X509Certificate): Promise<void> {
  const broken = (output: readonly string[]) =>
    signingError('signing-failed', 'the token made an invalid signature', { output });
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    throw error instanceof ArchiveError ? broken([error.message]) : error;
  }
  const { valid, output } = await checkCms(await readFile(file), signers, certificate);
  if (!valid) throw broken(output);
}

/**
 * Checks what a signing command has written: its form, its hash algorithm, and, if there are certificates, its
 * signatures. Throws `sign-command-malformed`.
 */
async function checkCommandOutput(
  cms: Buffer,
  file: string,
  hash: string,
  certificates: readonly X509Certificate[],
): Promise<void> {
  const problem = (why: string, output: readonly string[] = []) =>
    signingError(
      'sign-command-malformed',
      `the output of the signing command cannot be used: ${why}`,
      {
        hint: 'Write a detached CMS in DER to stdout: openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER.',
        output,
      },
    );
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    throw error instanceof ArchiveError ? problem(error.message) : error;
  }
  const other = signers.find((signer) => signer.hash !== hash);
  if (other !== undefined) throw problem(`its hash is ${other.hash}, but it must be ${hash}`);
  const unsigned = certificates.length === 0 ? undefined : await readFile(file);
  for (const certificate of certificates) {
    const check = await checkCms(unsigned ?? Buffer.alloc(0), signers, certificate);
    if (check.valid) continue;
    const who = certificate.subject.replaceAll('\n', ', ');
    throw problem(
      check.signer === undefined
        ? `it has no signature of ${who}`
        : `the signature of ${who} is not valid`,
      check.output,
    );
  }
}
