import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { lastLines, run } from '../system/process/run.ts';

const FINGERPRINT = /^(?:0x)?([0-9a-f]{40}|[0-9a-f]{64})$/i;

/** Returns a fingerprint in capitals and without 0x; undefined for other texts, such as short key ids. */
export function fingerprintIn(text: string): string | undefined {
  return FINGERPRINT.exec(text.replace(/\s/g, ''))?.[1]?.toUpperCase();
}

/**
 * Returns public keys as one armoured text, for Signed-By. A key is a fingerprint in the user's keyring of gpg, or a
 * file with keys, armoured or not. Throws InputError `key-missing`.
 */
export async function publicKeys(keys: readonly string[]): Promise<string> {
  return withTemporaryDirectory('keys', async (directory) => {
    const home = join(directory, 'gnupg');
    await makeDirectory(home);
    const fingerprints: string[] = [];
    for (const key of keys) {
      const fingerprint = fingerprintIn(key);
      const bytes = fingerprint === undefined ? undefined : await exported(fingerprint);
      fingerprints.push(...(await imported(home, key, bytes)));
    }
    const { stdout } = await run(
      'gpg',
      ['--batch', '--armor', '--export-options', 'export-minimal', '--export', ...fingerprints],
      { env: gpgEnvironment(home) },
    );
    return stdout;
  });
}

async function exported(fingerprint: string): Promise<Buffer> {
  const { bytes } = await run('gpg', ['--batch', '--export', fingerprint], {
    env: gpgEnvironment(),
    accept: [0, 2],
  });
  if (bytes.length > 0) return bytes;
  throw new InputError('key-missing', `gpg's keyring does not have the key ${fingerprint}`, {
    hint: 'Import the public key (gpg --import FILE), or name a file with it.',
  });
}

/** Imports a key's bytes, or else the file `key`, into the keyring in `home`. Returns the fingerprints. */
async function imported(home: string, key: string, bytes: Buffer | undefined): Promise<string[]> {
  const args = ['--batch', '--no-autostart', '--status-fd', '1', '--import'];
  const { stdout, output } = await run('gpg', bytes === undefined ? [...args, '--', key] : args, {
    env: gpgEnvironment(home),
    accept: [0, 2],
    ...(bytes !== undefined && { input: bytes }),
  });
  const found = [...stdout.matchAll(/^\[GNUPG:\] IMPORT_OK \d+ ([0-9A-F]+)$/gm)];
  if (found.length > 0) return found.map(([, fingerprint = '']) => fingerprint);
  throw new InputError('key-missing', `${key} is neither a fingerprint nor a file with keys`, {
    output: lastLines(output.replace(/^\[GNUPG:\].*\n/gm, ''), 4).filter(Boolean),
    hint: 'Name a fingerprint of 40 hex digits (gpg --list-keys --with-fingerprint), or a file.',
  });
}
