import type { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { openssl } from './openssl.ts';
import { type CmsSigner, certificateIdentifiers } from './signature-cms.ts';

/** The result of checking a module's signature with one certificate. */
export interface CmsCheck {
  /** The signer whose certificate was given. Undefined if the certificate belongs to none of the signers. */
  readonly signer: CmsSigner | undefined;
  /** Whether the signature of `signer` is valid; false without a signer. */
  readonly valid: boolean;
  /** The last lines of openssl's output if the signature is wrong. */
  readonly output: readonly string[];
}

/**
 * Checks with openssl the signature that belongs to a certificate. `unsigned` is the module without signatures.
 * Signatures of other signers are ignored: during a change of keys there are two signers, and a user may have the
 * certificate of only one signer. Dates and issuer of the certificate are ignored, too, as by the kernel
 * (crypto/asymmetric_keys/pkcs7_verify.c). Throws the error of openssl.
 */
export async function checkCms(
  unsigned: Buffer,
  signers: readonly CmsSigner[],
  certificate: X509Certificate,
): Promise<CmsCheck> {
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
