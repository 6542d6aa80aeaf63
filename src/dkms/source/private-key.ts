import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { isDerKey } from './der-key.ts';
import { isJavaKeyStore, isOtherKeyFile, isPgpSecretKey } from './key-stores.ts';

/**
 * Matches the first line of a private key, followed by a line of its data (RFC 7468, OpenSSH, OpenPGP, SSH.com). The
 * source of a program that searches for keys does not have both lines.
 */
const PEM =
  /^[ \t\ufeff]*-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}[ \t]*\r?\n(?:(?![ \t]*-)[^\n]*\n){0,12}?[ \t]*[A-Za-z0-9+/=]{16,}[ \t]*\r?$/m;

/**
 * The number of bytes at the beginning of a text file in which a key is looked for. openssl writes some text before
 * a key.
 */
const LOOK_AT = 64 * 1024;
/**
 * The number of bytes in which a binary key is looked for. A binary key is at the very beginning of its file. Only in a
 * Java key store, which is searched further, certificates may come before the key.
 */
const BEGINNING = 8 * 1024;
/** The most files with a key that an error names beside the first one. The error tells the number of the others. */
const MOST_SHOWN = 10;

/**
 * The flags for opening a file: symbolic links are not followed, because their targets are outside of the tree, and
 * a fifo without a writer does not block.
 */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Returns the files with a private key, whatever their names are: people who sign modules often leave
 * one in the tree. Only the beginning of each file is read. Paths are relative to `root`.
 */
export function findPrivateKeys(root: string, paths: readonly string[]): string[] {
  const buffer = Buffer.allocUnsafe(LOOK_AT);
  return paths.filter((path) => holdsPrivateKey(join(root, path), buffer));
}

/**
 * Throws InputError `private-key` if a file contains a private key: publishing it could not be undone.
 * `allowed` are the paths that may contain one.
 */
export async function refusePrivateKeys(
  root: string,
  paths: readonly string[],
  allowed: readonly string[] = [],
): Promise<void> {
  refuseFoundKeys(root, findPrivateKeys(root, paths), allowed);
}

/** Does the same as refusePrivateKeys for the files that are known to contain a private key. */
export function refuseFoundKeys(
  root: string,
  found: readonly string[],
  allowed: readonly string[],
): void {
  const [first, ...others] = found.filter((path) => !allowed.includes(path));
  if (first === undefined) return;
  const more = others.length - MOST_SHOWN;
  throw new InputError('private-key', 'this private key would be in the package', {
    where: { file: join(root, first) },
    output: [
      ...others.slice(0, MOST_SHOWN).map((path) => join(root, path)),
      ...(more > 0 ? [`… and ${more} more`] : []),
    ],
    hint: 'Move it out of the tree, or exclude it with export-ignore in .gitattributes. If it may be public, use --allow-file PATH, an option of init, build and rpm.',
  });
}

/**
 * Whether a file of `size` bytes contains a private key. `bytes` is its beginning: the whole file, or at least the
 * first 64 KiB.
 */
export function isPrivateKey(bytes: Buffer, size: number): boolean {
  const start = bytes.subarray(0, BEGINNING);
  const beginning = start.toString('latin1');
  if (isDerKey(start, size) || isOtherKeyFile(beginning)) return true;
  if (beginning.includes('\0') || (start[0] ?? 0) >= 0x80) {
    return isJavaKeyStore(bytes.subarray(0, LOOK_AT)) || isPgpSecretKey(start, size);
  }
  const text = bytes.subarray(0, LOOK_AT);
  return text.includes('PRIVATE KEY') && PEM.test(text.toString('utf8'));
}

/**
 * Whether a file holds a private key. The function is synchronous, because for thousands of small files an asynchronous
 * one takes five times as long. Returns false for an unreadable file, which is reported elsewhere.
 */
function holdsPrivateKey(file: string, buffer: Buffer): boolean {
  let handle: number | undefined;
  try {
    handle = openSync(file, FLAGS);
    const { size } = fstatSync(handle);
    return isPrivateKey(buffer.subarray(0, readSync(handle, buffer, 0, LOOK_AT, 0)), size);
  } catch {
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
