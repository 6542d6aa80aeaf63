import { InputError } from '../errors.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { run } from '../system/process/run.ts';

/** A key that can sign an index which the apt of Debian stable accepts. */
export interface SigningKey {
  /** The fingerprint of the primary key, in capitals. */
  readonly fingerprint: string;
  /**
   * When the primary key or one of its usable signing subkeys expires: the earliest of these times. Undefined if none
   * of these keys expires.
   */
  readonly expires: Date | undefined;
  /** What to do before `expires`, as a hint without a full stop. Undefined if `expires` is undefined. */
  readonly extend: string | undefined;
  /** Whether the key comes from a file. Then it is only in a private keyring, and not in that of the user. */
  readonly isOfFile: boolean;
  /** The valid user ids, such as `Acme <archive@acme.example>`. The primary user id comes first. */
  readonly users: readonly string[];
}

/** A primary key or subkey in gpg's listing. */
interface ListedKey {
  readonly fingerprint: string;
  readonly validity: string;
  readonly bits: number;
  readonly algorithm: number;
  readonly expires: number;
  /**
   * Lower-case letters are capabilities of this key, capitals are capabilities of all keys together (gpg's doc/DETAILS,
   * field 12).
   */
  readonly capabilities: string;
  /** The numbers of the hash algorithms of the newest self-signatures, on the key or on each user id. */
  readonly hashes: number[];
}

/**
 * OpenPGP's numbers of the algorithms that apt accepts (RFC 9580, 9.1): RSA, ECDSA, EdDSA, Ed25519, Ed448. Since
 * trixie apt refuses DSA (17).
 */
const ALGORITHMS = new Set([1, 19, 22, 27, 28]);
const RSA = 1;
/**
 * The shortest RSA key that is accepted. apt's policy accepts rsa2048 only until 2030 (apt 3.0,
 * /usr/share/apt/default-sequoia.config).
 */
const LEAST_RSA_BITS = 3072;
/** OpenPGP's numbers of hash algorithms that apt refuses (RFC 9580, 9.5). */
const WEAK_HASHES = new Map([
  [1, 'MD5'],
  [2, 'SHA-1'],
  [3, 'RIPEMD-160'],
  [11, 'SHA-224'],
]);

/**
 * Checks that gpg has the secret key, and that apt will accept its signatures. `home` is the directory of the keyring,
 * by default the user's. Throws InputError `key-missing`, `key-expired`, `key-revoked`, `key-weak`.
 */
export async function checkSigningKey(fingerprint: string, home?: string): Promise<SigningKey> {
  const list = (what: string) =>
    run('gpg', ['--batch', '--with-colons', '--fixed-list-mode', what, fingerprint], {
      env: gpgEnvironment(home),
      accept: [0, 2],
    });
  const secret = await list('--list-secret-keys');
  if (!/^sec:/m.test(secret.stdout)) {
    const [message, hint] =
      home === undefined
        ? [
            `gpg has no secret key ${fingerprint}`,
            'Import the secret key (gpg --import FILE), or name a file with it: --key FILE.',
          ]
        : [
            `the file has only the public key ${fingerprint}, not the secret key`,
            `Name a file with the secret key: gpg --export-secret-keys ${fingerprint} > FILE`,
          ];
    throw new InputError('key-missing', message, { hint });
  }
  const { stdout } = await list('--list-sigs');
  const [primary, ...subkeys] = parseListing(stdout);
  if (primary === undefined) throw new InputError('key-missing', `gpg cannot list ${fingerprint}`);
  const howToExtend = (key: ListedKey) => extension(primary, key, home);
  refuseState(primary, fingerprint, howToExtend);
  const signing = [primary, ...subkeys].filter(({ capabilities }) => capabilities.includes('s'));
  const usable = signing.filter(({ validity }) => !/[eri]/.test(validity));
  if (usable.length === 0) {
    for (const key of signing) refuseState(key, fingerprint, howToExtend);
    throw new InputError('key-missing', `the key ${fingerprint} cannot sign`, {
      hint: `${howToChange('add a signing subkey', `gpg --quick-add-key ${fingerprint} ed25519 sign`, home !== undefined)}.`,
    });
  }
  for (const key of [primary, ...usable]) refuseWeak(key, fingerprint);
  const [first] = [primary, ...usable]
    .filter(({ expires }) => expires > 0)
    .sort((a, b) => a.expires - b.expires);
  return {
    fingerprint,
    expires: first && new Date(first.expires * 1000),
    extend: first && howToExtend(first),
    isOfFile: home !== undefined,
    users: usersIn(stdout),
  };
}

/** Says how to extend a primary key or subkey. */
function extension(primary: ListedKey, key: ListedKey, home: string | undefined): string {
  const subkey = key === primary ? '' : ` ${key.fingerprint}`;
  const command = `gpg --quick-set-expire ${primary.fingerprint} 2y${subkey}`;
  return howToChange('extend the key', command, home !== undefined);
}

/**
 * Says how to change a key: `change`, such as `extend the key`, is what `command` does. A key of a file (`isOfFile`) is
 * not in the keyring of the user, where gpg would look for it. The text has no full stop.
 */
export function howToChange(change: string, command: string, isOfFile: boolean): string {
  return isOfFile
    ? `Import the file of the key into your keyring, ${change} there (${command}), export the key again`
    : `${change.charAt(0).toUpperCase()}${change.slice(1)} (${command})`;
}

/** Reads `gpg --with-colons --list-sigs` of one key: the primary key, then its subkeys. */
function parseListing(text: string): ListedKey[] {
  const keys: ListedKey[] = [];
  let primaryId = '';
  let newest = 0;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const fields = line.split(':');
    const [type, validity = '', bits, algorithm, keyId = '', created] = fields;
    if (type === 'pub' || type === 'sub') {
      if (type === 'pub') primaryId = keyId;
      keys.push({
        // The record of the fingerprint comes next.
        fingerprint: /^fpr:+([0-9A-F]+):/.exec(lines[at + 1] ?? '')?.[1] ?? keyId,
        validity,
        bits: Number(bits),
        algorithm: Number(algorithm),
        expires: Number(fields[6] || 0),
        capabilities: fields[11] ?? '',
        hashes: [],
      });
    }
    if (type === 'pub' || type === 'sub' || type === 'uid') newest = 0;
    // Field 16 is the hash algorithm. apt ignores signatures by other people.
    if (type !== 'sig' || keyId !== primaryId) continue;
    const hashes = keys.at(-1)?.hashes ?? [];
    if (newest > 0 && Number(created) >= newest) hashes.pop();
    else if (newest > 0) continue;
    newest = Number(created);
    hashes.push(Number(fields[15]));
  }
  return keys;
}

/**
 * Returns the user ids in a listing of gpg, without revoked, expired and invalid ones. The listing has colons and
 * control characters in the form \x3a (gpg's doc/DETAILS); the returned texts have the characters themselves.
 */
function usersIn(listing: string): string[] {
  const lines = listing.matchAll(/^uid:([^:]*):(?:[^:]*:){7}([^:]*):/gm);
  const valid = [...lines].filter(([, validity = '']) => !/^[rei]$/.test(validity));
  return valid.map(([, , text = '']) =>
    text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  );
}

function refuseState(
  key: ListedKey,
  fingerprint: string,
  howToExtend: (key: ListedKey) => string,
): void {
  const { validity } = key;
  if (validity === 'e') {
    throw new InputError('key-expired', `the key ${fingerprint} has expired`, {
      hint: `${howToExtend(key)}, or sign with another key.`,
    });
  }
  if (validity === 'r' || validity === 'i') {
    const state = validity === 'r' ? 'is revoked' : 'is not valid';
    throw new InputError('key-revoked', `the key ${fingerprint} ${state}`, {
      hint: 'Sign with another key.',
    });
  }
}

function refuseWeak({ algorithm, bits, hashes }: ListedKey, fingerprint: string): void {
  const weak = (why: string) =>
    new InputError('key-weak', `apt will not accept signatures of the key ${fingerprint}: ${why}`, {
      hint: 'Make a new key: gpg --quick-generate-key "NAME <MAIL>" ed25519 sign 3y.',
    });
  if (!ALGORITHMS.has(algorithm)) {
    throw weak(algorithm === 17 ? 'it is a DSA key' : `its algorithm is number ${algorithm}`);
  }
  if (algorithm === RSA && bits < LEAST_RSA_BITS) {
    throw weak(`it is an RSA key of ${bits} bits; ${LEAST_RSA_BITS} are required`);
  }
  const hash = hashes.map((number) => WEAK_HASHES.get(number)).find((name) => name !== undefined);
  if (hash !== undefined) throw weak(`its self-signature uses ${hash}`);
}
