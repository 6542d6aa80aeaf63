import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { unreadableFile } from '../../system/files/given-file.ts';
import type { PassphraseSource } from './module-signer.ts';
import { signingError } from './module-signer.ts';

/**
 * Returns a pass phrase: the first line of a file, or the value of an environment variable. Throws signingError
 * `passphrase-missing`.
 */
export async function readPassphrase(source: PassphraseSource): Promise<string> {
  if ('environment' in source) {
    const value = process.env[source.environment];
    if (value !== undefined) return value;
    throw signingError(
      'passphrase-missing',
      `the environment variable ${source.environment} for the pass phrase is not set`,
    );
  }
  const text = (await readInput(source.file, 'pass phrase', 'passphrase-missing')).toString('utf8');
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/**
 * Reads a private key in PEM or DER (PKCS#8, PKCS#1, SEC1), encrypted or not. Throws signingError
 * `key-unreadable`, `passphrase-missing`, `wrong-passphrase`, without secrets in the message.
 */
export async function readKey(file: string, passphrase: string | undefined): Promise<KeyObject> {
  const key = await readInput(file, 'signing key', 'key-unreadable');
  // A pipe is refused, because openssl reads the file again for each module.
  if (!(await stat(file)).isFile()) {
    throw signingError('key-unreadable', 'the signing key is not a regular file', {
      where: { file },
      hint: 'Put the key into a file that only you can read, such as one in /dev/shm.',
    });
  }
  const given = passphrase === undefined ? {} : { passphrase };
  const isPem = key.includes('-----BEGIN ');
  const attempts = isPem
    ? [{ key, ...given }]
    : (['pkcs8', 'pkcs1', 'sec1'] as const).map((type) => ({
        key,
        type,
        format: 'der' as const,
        ...given,
      }));
  let encrypted = isPem && key.includes('ENCRYPTED');
  for (const attempt of attempts) {
    try {
      return createPrivateKey(attempt);
    } catch (error) {
      // Only the code of OpenSSL's error is used, because the message may quote the key.
      const { code } = error as NodeJS.ErrnoException;
      encrypted ||= code === 'ERR_MISSING_PASSPHRASE' || code === 'ERR_OSSL_BAD_DECRYPT';
    }
  }
  const where = { file };
  if (encrypted && passphrase === undefined) {
    throw signingError(
      'passphrase-missing',
      'the signing key is encrypted, but no pass phrase was given',
      {
        where,
        hint: 'Give the pass phrase with --sign-passphrase-file or --sign-passphrase-env.',
      },
    );
  }
  if (encrypted) {
    throw signingError('wrong-passphrase', 'the pass phrase does not decrypt the signing key', {
      where,
    });
  }
  throw signingError('key-unreadable', 'this is not a private key that OpenSSL can read', {
    where,
    hint: 'Give a key in PEM or DER (PKCS#8, PKCS#1 or SEC1), or a pkcs11: URI.',
  });
}

/**
 * Kinds of keys whose signatures no kernel accepts. Kernels accept RSA (PKCS#1), ECDSA and, since Linux 7.0,
 * ML-DSA.
 */
const NOT_IN_KERNELS: readonly string[] = ['ed25519', 'ed448', 'rsa-pss', 'dsa', 'x25519', 'x448'];

/**
 * Reads a certificate. The certificate must be valid today, and kernels must accept its kind of key. Throws
 * signingError `certificate-unreadable`, `certificate-expired`, `key-unsupported`.
 */
export async function readCertificate(file: string): Promise<X509Certificate> {
  const bytes = await readInput(file, 'certificate', 'certificate-unreadable');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(bytes);
  } catch {
    throw signingError('certificate-unreadable', 'this is not an X.509 certificate in PEM or DER', {
      where: { file },
    });
  }
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now || Date.parse(certificate.validFrom) > now) {
    throw signingError(
      'certificate-expired',
      `the certificate is not valid today, but from ${certificate.validFrom} to ${certificate.validTo}`,
      { where: { file }, hint: 'Sign with a valid certificate, and enrol that certificate.' },
    );
  }
  const kind = kindOfKey(certificate);
  if (kind !== undefined && NOT_IN_KERNELS.includes(kind)) {
    throw signingError(
      'key-unsupported',
      `no kernel accepts signatures made with this kind of key (${kind})`,
      {
        where: { file },
        hint: 'Sign with an RSA key, or with an ECDSA key (Linux 5.13 and later).',
      },
    );
  }
  return certificate;
}

/** Returns the kind of a certificate's key in node's words. Returns undefined if this OpenSSL does not know it. */
function kindOfKey(certificate: X509Certificate): string | undefined {
  try {
    return certificate.publicKey.asymmetricKeyType;
  } catch {
    return undefined;
  }
}

async function readInput(file: string, what: string, code: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { message, hint } = unreadableFile(error, what);
    throw signingError(code, message, { where: { file }, hint });
  }
}
