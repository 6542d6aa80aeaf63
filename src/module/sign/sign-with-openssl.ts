import type { ModuleBuildError } from '../../errors.ts';
import type { RunResult } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { openssl } from '../format/openssl.ts';
import { signingError, type TokenKey } from './module-signer.ts';
import { withinLimit } from './sign-timeout.ts';

/** A key in a file. */
export interface FileKey {
  readonly file: string;
  /** The pass phrase of the key. Undefined if the key is not encrypted. */
  readonly passphrase: string | undefined;
}

export type OpensslKey = FileKey | TokenKey;

/** Matches openssl's message that the key does not belong to the certificate (OpenSSL 3.0 to 3.5). */
const MISMATCH = /key values mismatch|private key does not match/;
/** Matches the messages of libp11 and pkcs11-provider that the token rejects the PIN. */
const PIN_REFUSED = /PIN incorrect|PIN_INCORRECT|Login failed|pin_incorrect/;
const NO_OBJECT = /object not found|was not found|Could not (?:read|find) .*key/;

/**
 * The environment variable by which openssl gets the pass phrase or PIN. Every user can read the arguments of a
 * process, but only its owner can read its environment.
 */
const VARIABLE = 'DKMS_DEB_PASSPHRASE';

/**
 * Returns the CMS that the kernel's scripts/sign-file would make over a file: detached, without signed attributes,
 * without S/MIME capabilities, without certificates. Throws signingError `key-mismatch`, `wrong-pin`,
 * `key-not-found`, `signing-failed`, `sign-timeout`, `openssl-missing`.
 */
export async function signWithOpenssl(
  file: string,
  hash: string,
  key: OpensslKey,
  certificate: string,
  seconds: number,
): Promise<Buffer> {
  const token = 'uri' in key ? key : undefined;
  const secret = 'uri' in key ? key.pin : key.passphrase;
  const args = ['cms', '-sign', '-binary', '-in', file, '-outform', 'DER', '-md', hash];
  args.push('-nocerts', '-noattr', '-nosmimecap', '-signer', certificate);
  args.push('-inkey', 'uri' in key ? key.uri : key.file, ...(token?.openssl ?? []));
  if (secret !== undefined) args.push('-passin', `env:${VARIABLE}`);
  const env = {
    ...(token && moduleEnvironment()),
    ...(secret !== undefined && { [VARIABLE]: secret }),
  };
  const result = await withinLimit(file, token ? 'the token' : 'openssl', seconds, (mark) =>
    openssl(args, { env: { ...env, ...mark }, timeoutSeconds: seconds }),
  );
  // PKCS#11 modules can make openssl crash when it exits. With pkcs11-provider and softhsm2 (trixie), openssl has
  // written the signature before the crash; with libp11 0.4.12 it has not. So the exit status proves nothing, and the
  // caller checks the signature.
  const ended = result.exitStatus === 0 || (token !== undefined && result.exitStatus > 128);
  if (ended && result.bytes.length > 0) return result.bytes;
  throw explain(result, token, certificate, hash);
}

/**
 * Returns the environment for openssl when it uses a token. It is the caller's environment, because PKCS#11 modules
 * find their tokens by variables such as SOFTHSM2_CONF.
 */
function moduleEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !DECIDED.test(entry[0]),
    ),
  );
}

/** Variables that are not taken from the caller: cleanEnvironment decides about them, or they hold the pass phrase. */
const DECIDED = /^(PATH|HOME|LC_.*|LANG|LANGUAGE|TMPDIR|KBUILD_SIGN_PIN)$/;

function explain(
  { output }: RunResult,
  token: TokenKey | undefined,
  certificate: string,
  hash: string,
): ModuleBuildError {
  const details = { output: lastLines(output, 5) };
  if (MISMATCH.test(output)) {
    return signingError('key-mismatch', 'the signing key does not belong to the certificate', {
      where: { file: certificate },
      hint: 'Give the certificate that was made for this key.',
    });
  }
  if (token !== undefined && PIN_REFUSED.test(output)) {
    return signingError('wrong-pin', `the token rejected the PIN for ${token.uri}`, details);
  }
  if (token !== undefined && NO_OBJECT.test(output)) {
    const message = `no token has the private key ${token.uri}, or the PIN is wrong`;
    return signingError('key-not-found', message, {
      ...details,
      hint: 'List tokens and keys with: p11tool --list-tokens, pkcs11-tool -O --login.',
    });
  }
  return signingError('signing-failed', `openssl could not sign with ${hash}`, details);
}
