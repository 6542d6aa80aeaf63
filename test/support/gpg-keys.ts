import { mkdir } from 'node:fs/promises';
import { run } from '../../src/system/process/run.ts';
import { withEnvironment } from './environment.ts';

/** A keyring of gpg in its own directory, which is GNUPGHOME while the test runs. */
export interface Keyring {
  readonly home: string;
  /** Makes a key without a pass phrase and returns its fingerprint. `kind` is one of gpg's algorithms. */
  makeKey(name: string, kind?: string, expires?: string): Promise<string>;
  gpg(...args: string[]): Promise<string>;
}

/** Calls `work` with a new keyring in `home`, as the user's own. Ends its agent afterwards. */
export async function withKeyring<T>(
  home: string,
  work: (keyring: Keyring) => Promise<T>,
): Promise<T> {
  await mkdir(home, { mode: 0o700 });
  const env = { GNUPGHOME: home };
  const gpg = async (...args: string[]) =>
    (await run('gpg', ['--batch', '--quiet', ...args], { env })).stdout;
  const makeKey = async (name: string, kind = 'ed25519', expires = 'never') => {
    const user = `${name} <${name}@example.org>`;
    await gpg('--passphrase', '', '--quick-generate-key', user, kind, 'sign', expires);
    const listed = await gpg('--with-colons', '--list-keys', `=${user}`);
    return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
  };
  try {
    return await withEnvironment(env, () => work({ home, makeKey, gpg }));
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
  }
}
