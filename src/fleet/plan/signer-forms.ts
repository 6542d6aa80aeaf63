import { resolve } from 'node:path';
import { certificateIdentifiers } from '../../module/format/signature-cms.ts';
import { readCertificate } from '../../module/sign/key-files.ts';
import type { FleetConfig } from '../config/fleet-config.ts';

/**
 * Returns for each configured certificate the forms in which the field Module-Signers may name it: the serial number
 * and the subject key identifier. Undefined if no certificate is configured. Throws the errors of readCertificate.
 */
export async function certificateForms(
  { sign }: Pick<FleetConfig, 'sign'>,
  directory: string,
): Promise<string[][] | undefined> {
  const named = sign?.certificate;
  if (named === undefined) return undefined;
  const files = typeof named === 'string' ? [named] : named;
  return Promise.all(
    files.map(async (file) => {
      const certificate = await readCertificate(resolve(directory, file));
      const serial = certificate.serialNumber.toLowerCase();
      // The second identifier is an element [0]: a tag of one byte, a length of one byte, and then the subject key
      // identifier (signature-cms.ts).
      const [, key] = certificateIdentifiers(certificate);
      return [serial, ...(key === undefined ? [] : [key.subarray(2).toString('hex')])];
    }),
  );
}
