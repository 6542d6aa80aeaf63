import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { readStart } from '../system/read-start.ts';

/** What keys are called: openssl's, ssh's, and MOK.priv of kmod signing guides. */
const NAMES = /\.(pem|key|priv|der|p8|pk8)$|(^|\/)id_(rsa|ecdsa|ed25519)$/i;

/** RFC 7468, and OpenSSH's own. */
const PEM = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/;

/** How far into a file the key may begin: openssl writes texts before it. */
const LOOK_AT = 64 * 1024;

/**
 * Refuses to pack a private key: signing modules leaves one in many a tree, and what was published
 * cannot be taken back. `paths` are relative to `root`. InputError `private-key`.
 */
export async function refusePrivateKeys(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths.filter((name) => NAMES.test(name))) {
    const start = await readStart(join(root, path), LOOK_AT).catch(() => Buffer.alloc(0));
    if (!isPrivateKey(start)) continue;
    throw new InputError('private-key', 'this is a private key, and would be in the package', {
      where: { file: join(root, path) },
      hint: 'Move it out of the tree; or, if everybody may have it, keep it out with export-ignore in .gitattributes.',
    });
  }
}

/** PEM; or DER: PKCS#8 and PKCS#1 are a SEQUENCE that begins with the INTEGER 0, SEC1 with 1. */
function isPrivateKey(bytes: Buffer): boolean {
  if (PEM.test(bytes.toString('latin1'))) return true;
  const [tag = 0, length = 0] = bytes;
  const header = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const version = bytes.subarray(header, header + 3).toString('hex');
  return tag === 0x30 && (version === '020100' || version === '020101');
}
