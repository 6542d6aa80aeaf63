import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from '../../errors.ts';
import { unreadableFile } from '../../system/files/given-file.ts';

/**
 * Reads a certificate in PEM or DER. The certificate may have expired, unlike one for signing (readCertificate). Throws
 * InputError `certificate-unreadable`.
 */
export async function readAnyCertificate(file: string): Promise<X509Certificate> {
  const where = { file };
  const bytes = await readFile(file).catch((cause) => {
    const { message, hint } = unreadableFile(cause, 'certificate');
    throw new InputError('certificate-unreadable', message, { where, hint, cause });
  });
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new InputError(
      'certificate-unreadable',
      'this is not an X.509 certificate in PEM or DER',
      {
        where,
        cause,
      },
    );
  }
}
