import { DkmsDebError, InputError, SystemError, UsageError } from '../errors.ts';
import { temporaryParent, withTemporaryDirectory } from '../system/process/cleanup.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { run } from '../system/process/run.ts';
import { fingerprintIn } from './public-keys.ts';
import { checkSigningKey, type SigningKey } from './signing-keys.ts';

/** What signs the index of a repository. */
export interface ArchiveSigner {
  readonly keys: readonly SigningKey[];
  /** Returns a text with signatures of all keys around it (gpg --clearsign). Throws SystemError `signing-failed`. */
  sign(text: string): Promise<string>;
  /** Returns the signed text of a file if one of the keys signed it. Throws InputError `repository-unreadable`. */
  verified(file: string): Promise<SignedText>;
  /** Returns the public keys, not armoured. */
  publicKeys(): Promise<Buffer>;
}

export interface SignedText {
  readonly text: string;
  /** Fingerprints of the primary keys. */
  readonly signers: readonly string[];
}

export interface SignerChoice {
  /** Fingerprints of keys in the user's keyring, or files with secret keys. */
  readonly keys: readonly string[];
  /** A file with the pass phrase of all keys; without it gpg's agent asks. */
  readonly passphraseFile?: string | undefined;
}

const SIGN_SECONDS = 120;

/**
 * Calls `work` with a signer for these keys, each of which is checked. Keys of files are only in a private keyring
 * while `work` runs. Throws UsageError without keys, and the errors of checkSigningKey.
 */
export async function withArchiveSigner<T>(
  { keys, passphraseFile }: SignerChoice,
  work: (signer: ArchiveSigner) => Promise<T>,
): Promise<T> {
  if (keys.length === 0) {
    throw new UsageError('a repository must be signed: name a key', {
      hint: 'Give --key FINGERPRINT (gpg --list-secret-keys), or make one: gpg --quick-generate-key "NAME <MAIL>" ed25519 sign 3y.',
    });
  }
  const named = keys.map(fingerprintIn).filter((found) => found !== undefined);
  if (named.length === keys.length) return work(await signerOf(named, undefined, passphraseFile));
  if (named.length > 0) {
    throw new UsageError('keys in files and keys in the keyring cannot sign together', {
      hint: 'Name files for all keys, or fingerprints for all.',
    });
  }
  const withHome = async (home: string) => {
    try {
      const fingerprints: string[] = [];
      for (const file of keys) fingerprints.push(await importSecret(file, home));
      return await work(await signerOf(fingerprints, home, passphraseFile));
    } finally {
      // The agent has the secret keys in memory.
      await run('gpgconf', ['--homedir', home, '--kill', 'all'], { accept: [0, 1, 2] });
    }
  };
  return withTemporaryDirectory('gnupg', withHome, socketParent());
}

/** The agent's socket is in the keyring's directory, and its path has at most 107 bytes (unix(7)). */
const MOST_PARENT = 35;

function socketParent(): string {
  const parent = temporaryParent();
  return Buffer.byteLength(parent) > MOST_PARENT ? '/tmp' : parent;
}

async function importSecret(file: string, home: string): Promise<string> {
  const { stdout } = await run(
    'gpg',
    ['--batch', '--pinentry-mode', 'loopback', '--status-fd', '1', '--import', '--', file],
    { env: gpgEnvironment(home), accept: [0, 2] },
  );
  const fingerprint = /^\[GNUPG:\] IMPORT_OK \d+ ([0-9A-F]+)$/m.exec(stdout)?.[1];
  if (fingerprint !== undefined) return fingerprint;
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
  const verified = async (file: string) => {
    const { stdout, stderr } = await run(
      'gpg',
      ['--batch', '--status-fd', '2', '--output', '-', '--decrypt', '--', file],
      { env, accept: [0, 1, 2] },
    );
    // The last word is the fingerprint of the primary key (gpg's doc/DETAILS).
    const found = [...stderr.matchAll(/^\[GNUPG:\] VALIDSIG .* ([0-9A-F]+)$/gm)];
    const signers = found.map(([, signer = '']) => signer);
    const isOurs = keys.some(({ fingerprint }) => signers.includes(fingerprint));
    if (isOurs && !/^\[GNUPG:\] BADSIG/m.test(stderr)) return { text: stdout, signers };
    throw new InputError('repository-unreadable', 'this index is not signed by one of the keys', {
      where: { file },
      hint: 'During a rotation, name the old key and the new one; if somebody changed the file, restore it.',
    });
  };
  const publicKeys = async () => {
    const args = ['--batch', '--export-options', 'export-minimal', '--export'];
    return (await run('gpg', [...args, ...keys.map((key) => key.fingerprint)], { env })).bytes;
  };
  return { keys, sign, verified, publicKeys };
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
