import type { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { lastLines } from '../../system/process/run.ts';
import { openssl } from './openssl.ts';
import { type CmsSigner, certificateIdentifiers } from './signature-cms.ts';

/** What a certificate says about the signers of a module. */
export interface SignatureCheck {
  /** The signer that the certificate is for; undefined where it is for none of them. */
  readonly signer: CmsSigner | undefined;
  /** Whether that signature is right. */
  readonly valid: boolean;
  /** openssl's words where it is not. */
  readonly output: readonly string[];
}

/**
 * Checks the signature of one certificate's owner over the unsigned module, each signer on its own:
 * while keys are rotated a verifier has only one of the two. The certificate's dates and issuer do
 * not matter, as they do not to the kernel (crypto/asymmetric_keys/pkcs7_verify.c).
 */
export async function verifySignature(
  unsigned: Buffer,
  signers: readonly CmsSigner[],
  certificate: X509Certificate,
): Promise<SignatureCheck> {
  const identifiers = certificateIdentifiers(certificate);
  const signer = signers.find(({ identifier }) => identifiers.some((id) => id.equals(identifier)));
  if (signer === undefined) return { signer, valid: false, output: [] };
  return withTemporaryDirectory('signature', async (directory) => {
    const module = join(directory, 'module');
    const cms = join(directory, 'cms');
    const pem = join(directory, 'certificate.pem');
    await Promise.all([
      writeFile(module, unsigned),
      writeFile(cms, signer.alone),
      writeFile(pem, certificate.toString()),
    ]);
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', module];
    args.push('-nointern', '-noverify', '-certfile', pem, '-out', '/dev/null');
    const result = await openssl(args, {});
    const valid = result.exitStatus === 0;
    return { signer, valid, output: valid ? [] : lastLines(result.output, 3) };
  });
}
