import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../format/openssl.ts';
import { signingError, type TokenKey } from './module-signer.ts';

/**
 * Separates the PIN from a `pkcs11:` URI (RFC 7512, pin-value), so that it does not appear on command lines. Finds
 * out how OpenSSL can use tokens: by a provider (trixie) or by an engine (bookworm). Throws signingError
 * `pkcs11-missing`, `pkcs11-pin`.
 */
export async function openToken(uri: string, passphrase: string | undefined): Promise<TokenKey> {
  const { bare, pin } = withoutPin(uri);
  return { uri: bare, pin: pin ?? passphrase, openssl: await tokenOptions() };
}

function withoutPin(uri: string): { bare: string; pin: string | undefined } {
  const found = /[;?&]pin-value=([^;&]*)/.exec(uri);
  if (found?.[1] === undefined) return { bare: uri, pin: undefined };
  const bare = uri.replace(found[0], found[0].startsWith('?') ? '?' : '').replace(/\?&?$/, '');
  try {
    return { bare, pin: decodeURIComponent(found[1]) };
  } catch {
    throw signingError(
      'pkcs11-pin',
      'the pin-value in the pkcs11: URI is not percent-encoded text',
    );
  }
}

/** Returns OpenSSL's options for keys in tokens. Throws signingError `pkcs11-missing`. */
export async function tokenOptions(): Promise<string[]> {
  const { stdout } = await openssl(['version', '-m', '-e'], {});
  const directory = (name: string) => new RegExp(`^${name}: "(.*)"$`, 'm').exec(stdout)?.[1] ?? '';
  if (existsSync(join(directory('MODULESDIR'), 'pkcs11.so'))) {
    return ['-provider', 'pkcs11', '-provider', 'default'];
  }
  if (existsSync(join(directory('ENGINESDIR'), 'pkcs11.so'))) {
    return ['-engine', 'pkcs11', '-keyform', 'engine'];
  }
  throw signingError('pkcs11-missing', 'this OpenSSL cannot use keys in tokens', {
    hint: 'Install one of: apt install pkcs11-provider, or libengine-pkcs11-openssl (bookworm).',
  });
}
