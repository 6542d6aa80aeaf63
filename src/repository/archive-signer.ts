import { DkmsDebError, InputError, SystemError, UsageError } from '../errors.ts';
import { problemOfFile } from '../system/files/given-file.ts';
import { temporaryParent, withTemporaryDirectory } from '../system/process/cleanup.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { refuseWithoutRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { withPrivateAgent } from './private-agent.ts';
import { fingerprintIn, refuseUnreadableKey, type TrustedKeys } from './public-keys.ts';
import { checkSigningKey, type SigningKey } from './signing-keys.ts';

/** Signs the index of a repository, and checks its signatures. */
export interface ArchiveSigner {
  readonly keys: readonly SigningKey[];
  /**
   * Returns a text with the signatures of all keys around it (gpg --clearsign). Throws SystemError `signing-failed`,
   * `tool-missing`.
   */
  sign(text: string): Promise<string>;
  /**
   * Returns the signed text of a file if one of the signer's keys, or a trusted key, signed it. Throws InputError
   * `repository-untrusted`.
   */
  verified(file: string): Promise<SignedText>;
  /** Returns the public keys: in binary form, or as armoured text if the option `--armor` is given. */
  publicKeys(...options: readonly '--armor'[]): Promise<Buffer>;
}

export interface SignedText {
  readonly text: string;
  /** The fingerprints of the primary keys that signed the text. */
  readonly signers: readonly string[];
}

export interface SignerChoice {
  /** Fingerprints of keys in the user's keyring, or files with secret keys. */
  readonly keys: readonly string[];
  /** A file with the pass phrase of all keys. Unset if gpg's agent asks for it. */
  readonly passphraseFile?: string | undefined;
  /** Other keys that may have signed the existing index, such as an earlier key of the repository. */
  readonly trusted?: TrustedKeys | undefined;
}

const SIGN_SECONDS = 120;

/**
 * Calls `work` with a signer for these keys. Each key is checked first. Keys in files are imported into a private
 * keyring, which is removed after `work`. Throws UsageError if there are no keys, or both files and fingerprints;
 * InputError `key-missing` for a file without a secret key, `passphrase-missing` if `passphraseFile` cannot be read;
 * and the errors of checkSigningKey and withPrivateAgent.
 */
export async function withArchiveSigner<T>(
  choice: SignerChoice,
  work: (signer: ArchiveSigner) => Promise<T>,
): Promise<T> {
  const { keys, passphraseFile } = choice;
  if (keys.length === 0) {
    throw new UsageError('no key is named, but a repository must be signed', {
      hint: 'Give --key FINGERPRINT (gpg --list-secret-keys), or make one: gpg --quick-generate-key "NAME <MAIL>" ed25519 sign 3y.',
    });
  }
  const problem =
    passphraseFile === undefined
      ? undefined
      : await problemOfFile(passphraseFile, 'file with the pass phrase');
  if (problem !== undefined) {
    const { message, hint } = problem;
    throw new InputError('passphrase-missing', message, {
      where: { file: passphraseFile ?? '' },
      hint,
    });
  }
  const named = keys.map(fingerprintIn).filter((found) => found !== undefined);
  const signed = async (fingerprints: readonly string[], home: string | undefined) => {
    const signer = await signerOf(fingerprints, home, passphraseFile);
    return withTrusted(signer, choice.trusted, work);
  };
  if (named.length === keys.length) return signed(named, undefined);
  if (named.length > 0) {
    throw new UsageError('keys in files and keys in the keyring cannot sign together', {
      hint: 'Name files for all keys, or fingerprints for all keys.',
    });
  }
  for (const file of keys) await refuseUnreadableKey(file);
  const withHome = (home: string) =>
    withPrivateAgent(home, async () => {
      const fingerprints: string[] = [];
      for (const file of keys) fingerprints.push(...(await importSecret(file, home)));
      return signed(fingerprints, home);
    });
  return withTemporaryDirectory('gnupg', withHome, socketParent());
}

/**
 * The most bytes in the path of the private keyring's parent directory. If the path of the usual parent is longer, /tmp
 * is used, because the agent's socket is in the keyring, and the path of a socket has at most 107 bytes (unix(7)).
 */
const MOST_PARENT = 35;

function socketParent(): string {
  const parent = temporaryParent();
  return Buffer.byteLength(parent) > MOST_PARENT ? '/tmp' : parent;
}

/** Calls `work` with a signer that also accepts an index which one of the trusted keys has signed. */
async function withTrusted<T>(
  signer: ArchiveSigner,
  trusted: TrustedKeys | undefined,
  work: (signer: ArchiveSigner) => Promise<T>,
): Promise<T> {
  if (trusted === undefined || trusted.armoured === '') return work(signer);
  const own = await signer.publicKeys();
  return withTemporaryDirectory('trusted', async (home) => {
    for (const input of [own, trusted.armoured]) {
      const args = ['--batch', '--quiet', '--no-autostart', '--import'];
      await run('gpg', args, { env: gpgEnvironment(home), input });
    }
    const accepted = [...signer.keys.map((key) => key.fingerprint), ...trusted.fingerprints];
    return work({ ...signer, verified: (file) => verify(file, accepted, home) });
  });
}

/** Imports the keys of a file, and returns their fingerprints. During a rotation a file may have two keys. */
async function importSecret(file: string, home: string): Promise<string[]> {
  const { stdout, stderr } = await run(
    'gpg',
    ['--batch', '--pinentry-mode', 'loopback', '--status-fd', '1', '--import', '--', file],
    { env: gpgEnvironment(home), accept: [0, 2] },
  );
  const found = stdout.matchAll(/^\[GNUPG:\] IMPORT_OK \d+ ([0-9A-F]+)$/gm);
  const fingerprints = [...new Set([...found].map(([, fingerprint = '']) => fingerprint))];
  if (fingerprints.length > 0) return fingerprints;
  refuseWithoutRoom(home, lastLines(stderr, 4));
  throw new InputError(
    'key-missing',
    `${file} is neither a fingerprint nor a file with a secret key`,
    {
      hint: 'Name a fingerprint of 40 hex digits, or a file made by gpg --export-secret-keys.',
    },
  );
}

async function signerOf(
  fingerprints: readonly string[],
  home: string | undefined,
  passphraseFile: string | undefined,
): Promise<ArchiveSigner> {
  const env = gpgEnvironment(home);
  const keys: SigningKey[] = [];
  for (const fingerprint of new Set(fingerprints))
    keys.push(await checkSigningKey(fingerprint, home));
  const users = keys.flatMap(({ fingerprint }) => ['--local-user', fingerprint]);
  const passphrase =
    passphraseFile === undefined
      ? []
      : ['--pinentry-mode', 'loopback', '--passphrase-file', passphraseFile];
  const sign = async (text: string) => {
    const args = [
      '--batch',
      '--status-fd',
      '2',
      '--digest-algo',
      'SHA512',
      ...passphrase,
      ...users,
    ];
    try {
      const { stdout, stderr } = await run('gpg', [...args, '--clearsign'], {
        env,
        input: text,
        timeoutSeconds: SIGN_SECONDS,
      });
      const made = stderr.match(/^\[GNUPG:\] SIG_CREATED C /gm)?.length ?? 0;
      if (made === keys.length) return stdout;
      throw new SystemError('signing-failed', `gpg made ${made} of ${keys.length} signatures`);
    } catch (error) {
      throw explained(error);
    }
  };
  const names = keys.map(({ fingerprint }) => fingerprint);
  const verified = (file: string) => verify(file, names, home);
  const publicKeys = async (...options: readonly string[]) => {
    const args = ['--batch', ...options, '--export-options', 'export-minimal', '--export'];
    return (await run('gpg', [...args, ...names], { env })).bytes;
  };
  return { keys, sign, verified, publicKeys };
}

/**
 * Returns the text of a signed file if a key with one of the fingerprints, in the keyring in `home`, signed it.
 * Otherwise throws InputError `repository-untrusted`.
 */
async function verify(
  file: string,
  fingerprints: readonly string[],
  home: string | undefined,
): Promise<SignedText> {
  const { stdout, stderr } = await run(
    'gpg',
    ['--batch', '--status-fd', '2', '--output', '-', '--decrypt', '--', file],
    { env: gpgEnvironment(home), accept: [0, 1, 2] },
  );
  // The last word is the fingerprint of the primary key (gpg's doc/DETAILS).
  const found = [...stderr.matchAll(/^\[GNUPG:\] VALIDSIG .* ([0-9A-F]+)$/gm)];
  const signers = found.map(([, signer = '']) => signer);
  const isOurs = fingerprints.some((fingerprint) => signers.includes(fingerprint));
  if (isOurs && !/^\[GNUPG:\] BADSIG/m.test(stderr)) return { text: stdout, signers };
  if (home !== undefined) refuseWithoutRoom(home, lastLines(stderr, 4));
  const expected = fingerprints.join(', ');
  throw new InputError('repository-untrusted', `this index is not signed by ${expected}`, {
    where: { file },
    hint: 'During a rotation, name the old key, too (--key, or keys: in dkms-deb.yaml); if somebody changed the file, restore it.',
  });
}

function explained(error: unknown): unknown {
  if (!(error instanceof DkmsDebError) || error.code === 'tool-missing') return error;
  if (error.code === 'signing-failed') return error;
  return new SystemError('signing-failed', 'gpg cannot sign the index of the repository', {
    output: error.output.filter((line) => !line.startsWith('[GNUPG:]')),
    hint: 'Check the pass phrase and the agent of gpg; a job without a terminal needs --passphrase-file FILE.',
    cause: error,
  });
}
