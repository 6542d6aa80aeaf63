import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** A key and its self-signed certificate, made by openssl. */
export interface Pair {
  readonly key: string;
  readonly certificate: string;
}

/** Writes `<name>.key` and `<name>.pem` into a directory. */
export async function makePair(
  directory: string,
  name: string,
  algorithm: readonly string[] = ['rsa:2048'],
): Promise<Pair> {
  const key = join(directory, `${name}.key`);
  const certificate = join(directory, `${name}.pem`);
  const args = ['req', '-x509', '-nodes', '-days', '30', '-newkey', ...algorithm];
  args.push('-keyout', key, '-out', certificate, '-subj', `/O=dkms-deb tests/CN=${name} signer`);
  await run('openssl', args);
  return { key, certificate };
}

/** Returns the options of bmdeb and bmdeb-sign to sign with a pair. */
export function signingOptions({ key, certificate }: Pair): string[] {
  return ['--sign-key', key, '--sign-cert', certificate];
}

export const EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] as const;
