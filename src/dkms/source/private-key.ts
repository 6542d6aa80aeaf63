import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { isDerKey } from './der-key.ts';
import { isJavaKeyStore, isOtherKeyFile, isPgpSecretKey } from './key-stores.ts';

/**
 * RFC 7468, OpenSSH, OpenPGP and SSH.com: the line that begins a key, and a line of it. A program that merely
 * looks for that line has neither at the beginning of one.
 */
const PEM =
  /^[ \t\ufeff]*-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}[ \t]*\r?\n(?:(?![ \t]*-)[^\n]*\n){0,12}?[ \t]*[A-Za-z0-9+/=]{16,}[ \t]*\r?$/m;

/** How far into a file the key may begin: openssl writes texts before it. */
const LOOK_AT = 64 * 1024;
/** What is binary begins with its key. */
const BEGINNING = 8 * 1024;

/**
 * Of files, paths relative to `root`, those that hold a private key, whatever they are called: signing modules
 * leaves one in many a tree. Of each file the beginning is read.
 */
export function findPrivateKeys(root: string, paths: readonly string[]): string[] {
  const buffer = Buffer.allocUnsafe(LOOK_AT);
  return paths.filter((path) => holdsPrivateKey(join(root, path), buffer));
}

/**
 * Refuses to pack a private key: what was published cannot be taken back. `allowed` are paths that somebody
 * means. InputError `private-key`.
 */
export async function refusePrivateKeys(
  root: string,
  paths: readonly string[],
  allowed: readonly string[] = [],
): Promise<void> {
  const [first, ...others] = findPrivateKeys(root, paths).filter((path) => !allowed.includes(path));
  if (first === undefined) return;
  throw new InputError('private-key', 'this is a private key, and would be in the package', {
    where: { file: join(root, first) },
    output: others.slice(0, 10).map((path) => join(root, path)),
    hint: 'Move it out of the tree, or keep it out with export-ignore in .gitattributes; if everybody may have it: --allow-file PATH.',
  });
}

/** Synchronous: for thousands of small files that costs a fifth. What cannot be read is told elsewhere. */
function holdsPrivateKey(file: string, buffer: Buffer): boolean {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const { size } = fstatSync(handle);
    const begun = readSync(handle, buffer, 0, BEGINNING, 0);
    const start = buffer.subarray(0, begun);
    if (start.includes(0) || (start[0] ?? 0) >= 0x80) {
      return (
        isDerKey(start, size) ||
        isJavaKeyStore(buffer.subarray(0, readSync(handle, buffer, 0, LOOK_AT, 0))) ||
        isPgpSecretKey(start, size) ||
        isOtherKeyFile(start.toString('latin1'))
      );
    }
    if (isDerKey(start, size) || isOtherKeyFile(start.toString('latin1'))) return true;
    const rest = size > begun ? readSync(handle, buffer, begun, LOOK_AT - begun, begun) : 0;
    const text = buffer.subarray(0, begun + rest);
    return text.includes('PRIVATE KEY') && PEM.test(text.toString('utf8'));
  } catch {
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
