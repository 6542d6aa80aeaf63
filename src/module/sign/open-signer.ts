import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ArchiveError } from '../../errors.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { verifySignature } from '../format/check-signature.ts';
import { type CmsSigner, joinCms, readCms } from '../format/signature-cms.ts';
import { signWithCommand } from './sign-command.ts';
import { readCertificate, readKey, readPassphrase } from './sign-key.ts';
import { type OpensslKey, signWithOpenssl } from './sign-openssl.ts';
import { openToken } from './sign-pkcs11.ts';
import {
  checkHash,
  type ModuleSigner,
  type SignerOptions,
  type SigningOptions,
  signingError,
} from './signing.ts';

/**
 * Reads and checks keys and certificates once, before anything is compiled; a token's key proves
 * itself with the first module. signingError: see sign-key.ts, `key-mismatch`, `hash-unknown`.
 */
export async function openSigner(options: SigningOptions): Promise<ModuleSigner> {
  if (options.hash !== undefined) checkHash(options.hash);
  const { command } = options;
  if (command !== undefined) {
    const certificates = await Promise.all((options.certificates ?? []).map(readCertificate));
    return {
      hash: options.hash,
      fingerprint: fingerprint(command, options.hash, certificates),
      certificates,
      sign: async (file, hash) => {
        const cms = await signWithCommand(command, file, hash);
        await checkForeign(cms, file, hash, certificates);
        return cms;
      },
    };
  }
  const signers = await Promise.all(options.signers.map(openKey));
  const certificates = signers.map(({ certificate }) => certificate);
  return {
    hash: options.hash,
    fingerprint: fingerprint('', options.hash, certificates),
    certificates,
    sign: async (file, hash) => {
      const parts: Buffer[] = [];
      // One after the other: a token serves one session, and each has a pass phrase of its own.
      for (const signer of signers) {
        const cms = await signWithOpenssl(file, hash, signer.key, signer.file);
        if ('uri' in signer.key) await checkToken(cms, file, signer.certificate);
        parts.push(cms);
      }
      return joinCms(parts);
    },
  };
}

async function openKey(
  options: SignerOptions,
): Promise<{ key: OpensslKey; certificate: X509Certificate; file: string }> {
  const file = options.certificate;
  const certificate = await readCertificate(file);
  const passphrase = options.passphrase && (await readPassphrase(options.passphrase));
  if (options.key.startsWith('pkcs11:')) {
    return { key: await openToken(options.key, passphrase), certificate, file };
  }
  if (!certificate.checkPrivateKey(await readKey(options.key, passphrase))) {
    throw signingError('key-mismatch', `the key ${options.key} does not fit the certificate`, {
      where: { file },
      hint: 'Give the certificate that was made for this key.',
    });
  }
  return { key: { file: options.key, passphrase }, certificate, file };
}

/** What came out of a token, from an openssl that may have crashed afterwards. */
async function checkToken(cms: Buffer, file: string, certificate: X509Certificate): Promise<void> {
  const broken = (output: readonly string[]) =>
    signingError('signing-failed', 'the signature that the token made is wrong', { output });
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    throw error instanceof ArchiveError ? broken([error.message]) : error;
  }
  const { valid, output } = await verifySignature(await readFile(file), signers, certificate);
  if (!valid) throw broken(output);
}

/** What a command wrote is believed only as far as it can be checked. */
async function checkForeign(
  cms: Buffer,
  file: string,
  hash: string,
  certificates: readonly X509Certificate[],
): Promise<void> {
  const problem = (why: string, output: readonly string[] = []) =>
    signingError('sign-command-rubbish', `what the signing command wrote cannot be used: ${why}`, {
      hint: 'It is to write a detached CMS in DER: openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER.',
      output,
    });
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    throw error instanceof ArchiveError ? problem(error.message) : error;
  }
  const other = signers.find((signer) => signer.hash !== hash);
  if (other !== undefined) throw problem(`its hash is ${other.hash}, the kernel wants ${hash}`);
  const unsigned = certificates.length === 0 ? undefined : await readFile(file);
  for (const certificate of certificates) {
    const check = await verifySignature(unsigned ?? Buffer.alloc(0), signers, certificate);
    if (check.valid) continue;
    const who = certificate.subject.replaceAll('\n', ', ');
    throw problem(
      check.signer === undefined
        ? `no signature of ${who} is in it`
        : `the signature of ${who} is wrong`,
      check.output,
    );
  }
}

function fingerprint(
  command: string,
  hash: string | undefined,
  certificates: readonly X509Certificate[],
): string {
  const parts = [command, hash ?? '', ...certificates.map((one) => one.fingerprint256).sort()];
  return sha256(parts.join('\0'));
}
