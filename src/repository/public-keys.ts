import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { problemOfFile } from '../system/files/given-file.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { refuseWithoutRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { readRepositoryFile } from './repository-file.ts';
import { KEYS_FILE } from './repository-layout.ts';

const FINGERPRINT = /^(?:0x)?([0-9a-f]{40}|[0-9a-f]{64})$/i;
/**
 * The most bytes of keys that a repository may offer. A larger file is an error. A key has about 500 bytes, with many
 * signatures 100 kB.
 */
const MOST_OFFERED = 4 * 1024 * 1024;

/** Returns a fingerprint in capitals and without 0x; undefined for other texts, such as short key ids. */
export function fingerprintIn(text: string): string | undefined {
  return FINGERPRINT.exec(text.replace(/\s/g, ''))?.[1]?.toUpperCase();
}

/** Whether a key is named by its fingerprint, and not by a file. */
export function isFingerprint(key: string): boolean {
  return fingerprintIn(key) !== undefined;
}

/**
 * Throws InputError `key-missing` if the file of a key cannot be read. Must not be called for a fingerprint.
 */
export async function refuseUnreadableKey(key: string): Promise<void> {
  const problem = await problemOfFile(key, 'key');
  if (problem === undefined) return;
  throw new InputError('key-missing', problem.message, {
    where: { file: key },
    hint: 'Name a file with the key, or its whole fingerprint of 40 hex digits (gpg --list-keys --with-fingerprint).',
  });
}

/** The keys that may sign a repository, and the keys that the repository itself offers. */
export interface TrustedKeys {
  /** The fingerprints of all keys, also of keys whose public part is not known. */
  readonly fingerprints: readonly string[];
  /** The known public keys as one armoured text; '' if there are none. */
  readonly armoured: string;
  /**
   * The fingerprints of the keys that the repository offers. Undefined if the repository was not asked, or offers no
   * keys.
   */
  readonly offered: readonly string[] | undefined;
}

/**
 * Returns public keys as one armoured text, for Signed-By. Each of `keys` is a fingerprint, or the path of a file with
 * keys (armoured or not). The key of a fingerprint is taken from the user's keyring of gpg. If it is not there, it is
 * taken from the repository itself: nobody can make another key with the same fingerprint. During a rotation some keys
 * may be unknown, but not all. Throws InputError `key-missing`, `repository-untrusted`, and the errors of
 * readRepositoryFile.
 */
export async function publicKeys(keys: readonly string[], repository: string): Promise<string> {
  const { armoured, fingerprints, offered } = await findKeys(keys, repository);
  if (armoured !== '') return armoured;
  const expected = fingerprints.join(', ');
  if (offered !== undefined) throw untrusted(repository, expected, offered);
  throw new InputError('key-missing', `gpg's keyring does not have the key ${expected}`, {
    hint: 'Import the public key (gpg --import FILE), or name a file with it; the repository does not offer its keys.',
  });
}

/** Returns the InputError for a repository whose keys are not the expected ones. */
export function untrusted(
  repository: string,
  expected: string,
  found: readonly string[],
): InputError {
  const has = found.length > 0 ? `the key ${found.join(', ')}` : 'no usable key';
  return new InputError(
    'repository-untrusted',
    `${repository} has ${has}, but ${expected} is expected`,
    {
      hint: 'Ask the operator of the repository. If the repository has a new key, name the new key (--key, or keys: in dkms-deb.yaml).',
    },
  );
}

/**
 * Looks for public keys as publicKeys does, but without an error if no key is known. Throws InputError `key-missing`
 * for a file without keys, and for a file that cannot be read, and the errors of readRepositoryFile.
 */
export async function findKeys(keys: readonly string[], repository: string): Promise<TrustedKeys> {
  return withTemporaryDirectory('keys', async (directory) => {
    const home = join(directory, 'known');
    await makeDirectory(home);
    const found: string[] = [];
    const missing: string[] = [];
    for (const key of keys) {
      const fingerprint = fingerprintIn(key);
      if (fingerprint === undefined) await refuseUnreadableKey(key);
      const bytes = fingerprint && (await exported([fingerprint]));
      if (fingerprint !== undefined && bytes?.length === 0) missing.push(fingerprint);
      else found.push(...(await importedFrom(home, key, bytes || undefined)));
    }
    const offered = missing.length === 0 ? undefined : await offeredBy(repository, directory);
    const taken = missing.filter((fingerprint) => offered?.fingerprints.includes(fingerprint));
    if (offered !== undefined && taken.length > 0) {
      // Only the wanted keys are imported, because anybody can add keys to the file.
      await imported(home, await exported(taken, offered.home));
      found.push(...taken);
    }
    return {
      fingerprints: [...new Set([...found, ...missing])],
      armoured: found.length === 0 ? '' : (await exported(found, home, '--armor')).toString(),
      offered: offered?.fingerprints,
    };
  });
}

/**
 * Imports the keys that a repository offers into a keyring of their own. Returns undefined if the repository offers
 * none.
 */
async function offeredBy(
  repository: string,
  directory: string,
): Promise<{ home: string; fingerprints: readonly string[] } | undefined> {
  const bytes = await readRepositoryFile({ repository, path: KEYS_FILE, mostBytes: MOST_OFFERED });
  if (bytes === undefined) return undefined;
  const home = join(directory, 'offered');
  await makeDirectory(home);
  return { home, fingerprints: (await imported(home, bytes)).fingerprints };
}

/** Exports keys of a keyring, by default of the user's. Returns no bytes if the keyring has none of these keys. */
async function exported(
  fingerprints: readonly string[],
  home?: string,
  ...more: readonly string[]
): Promise<Buffer> {
  const minimal = ['--batch', ...more, '--export-options', 'export-minimal', '--export'];
  const env = gpgEnvironment(home);
  return (await run('gpg', [...minimal, ...fingerprints], { env, accept: [0, 2] })).bytes;
}

/**
 * Imports keys into the keyring in `home`: the keys in `bytes`; without `bytes`, those in the file `key`. Returns the
 * fingerprints. Throws InputError `key-missing` if no key was imported.
 */
async function importedFrom(
  home: string,
  key: string,
  bytes: Buffer | undefined,
): Promise<readonly string[]> {
  const { fingerprints, output } = await imported(home, bytes ?? key);
  if (fingerprints.length > 0) return fingerprints;
  throw new InputError('key-missing', `${key} is neither a fingerprint nor a file with keys`, {
    output: lastLines(output, 4).filter(Boolean),
    hint: 'Name a fingerprint of 40 hex digits (gpg --list-keys --with-fingerprint), or a file.',
  });
}

/**
 * Imports keys into a keyring. If `keys` is a text, it is the path of a file. Returns the fingerprints of the primary
 * keys.
 */
async function imported(
  home: string,
  keys: Buffer | string,
): Promise<{ fingerprints: readonly string[]; output: string }> {
  const args = ['--batch', '--no-autostart', '--status-fd', '1', '--import'];
  const isFile = typeof keys === 'string';
  const { stdout, output: all } = await run('gpg', isFile ? [...args, '--', keys] : args, {
    env: gpgEnvironment(home),
    accept: [0, 2],
    ...(!isFile && { input: keys }),
  });
  const found = [...stdout.matchAll(/^\[GNUPG:\] IMPORT_OK \d+ ([0-9A-F]+)$/gm)];
  const output = all.replace(/^\[GNUPG:\].*\n/gm, '');
  if (found.length === 0) refuseWithoutRoom(home, lastLines(output, 4).filter(Boolean));
  return { fingerprints: found.map(([, fingerprint = '']) => fingerprint), output };
}
