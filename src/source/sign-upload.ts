import { readFile, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { DkmsDebError, SystemError } from '../errors.ts';
import { withinLimit } from '../module/sign/sign-timeout.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { run } from '../system/process/run.ts';

/**
 * Replaces a .dsc, .buildinfo or .changes by a signed one, as debsign(1) and dpkg-buildpackage do: gpg --clearsign
 * signs the text and an empty line. `key` is any value for --local-user of gpg. `seconds` is the time limit. Throws
 * SystemError `signing-failed` with the output of gpg or `tool-missing`, and ModuleBuildError `sign-timeout`.
 */
export async function signFile(file: string, key: string, seconds: number): Promise<void> {
  const signed = `${file}.asc`;
  try {
    const text = `${await readFile(file, 'utf8')}\n`;
    const digests = ['--personal-digest-preferences', 'SHA512 SHA384 SHA256'];
    const options = ['--utf8-strings', '--armor', '--textmode', '--no-auto-check-trustdb'];
    const words = [...options, ...digests, '--local-user', key, '--output', signed, '--clearsign'];
    await withinLimit(file, 'gpg', seconds, (mark) =>
      run('gpg', words, {
        env: { ...gpgEnvironment(), ...mark },
        input: text,
        timeoutSeconds: seconds,
      }),
    );
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    if (error.code === 'tool-missing' || error.code === 'sign-timeout') throw error;
    throw new SystemError('signing-failed', `gpg cannot sign ${basename(file)} as ${key}`, {
      output: error.output,
      hint: 'Name a key of yours with --sign=FINGERPRINT (gpg --list-secret-keys), or leave --sign out.',
      cause: error,
    });
  }
  await rename(signed, file);
}

/**
 * Returns the key for --sign without a value: the value of DEB_SIGN_KEYID, which dpkg-buildpackage reads; otherwise of
 * DEBSIGN_KEYID, which debsign reads; otherwise the person in the changelog entry, whose key gpg then uses.
 */
export function defaultKey(maintainer: { readonly name: string; readonly email: string }): string {
  const { DEB_SIGN_KEYID, DEBSIGN_KEYID } = process.env;
  return DEB_SIGN_KEYID || DEBSIGN_KEYID || `${maintainer.name} <${maintainer.email}>`;
}
