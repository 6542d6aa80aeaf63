import { UsageError } from '../../errors.ts';
import type { ModuleSigner, PassphraseSource } from '../../module/sign/module-signer.ts';
import { openSigner } from '../../module/sign/open-signer.ts';
import { signCommandWords } from '../../module/sign/sign-with-command.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readSignTimeout } from './sign-options.ts';

/** The values of SIGN_OPTIONS. */
export interface SignArguments {
  readonly signKey?: readonly string[] | undefined;
  readonly signCert?: readonly string[] | undefined;
  readonly signPassphraseFile?: readonly string[] | undefined;
  readonly signPassphraseEnv?: readonly string[] | undefined;
  readonly signCommand?: string | undefined;
  readonly signHash?: string | undefined;
  readonly signTimeout?: string | undefined;
}

/** The environment variable that has the PIN by default. scripts/sign-file of the kernel reads the same variable. */
const DEFAULT_VARIABLE = 'KBUILD_SIGN_PIN';

/**
 * Returns the signer that the options name, after its keys have been read and checked. Returns undefined if nothing is
 * to be signed. Throws UsageError for a missing option, and for options that cannot be combined. Throws the errors of
 * readSignTimeout, signCommandWords and openSigner.
 */
export async function readSigning(args: SignArguments): Promise<ModuleSigner | undefined> {
  const keys = args.signKey ?? [];
  const certificates = args.signCert ?? [];
  const { signCommand: command, signHash: hash } = args;
  const timeout = readSignTimeout(args.signTimeout);
  const sources = passphraseSources(args);
  if (command !== undefined) {
    if (keys.length > 0 || sources.length > 0) {
      throw new UsageError('--sign-command cannot be combined with --sign-key or a pass phrase');
    }
    signCommandWords(command);
    return openSigner({ signers: [], command, certificates, hash, timeout });
  }
  if (keys.length === 0) {
    const lone =
      certificates.length > 0
        ? '--sign-cert'
        : (hash && '--sign-hash') || (timeout && '--sign-timeout');
    if (lone) throw new UsageError(`${lone} needs --sign-key or --sign-command`);
    if (sources.length > 0) throw new UsageError('a pass phrase needs --sign-key');
    return undefined;
  }
  if (keys.length !== certificates.length) {
    throw new UsageError(
      `each --sign-key needs a matching --sign-cert (keys: ${keys.length}, certificates: ${certificates.length})`,
    );
  }
  if (sources.length > 1 && sources.length !== keys.length) {
    throw new UsageError(
      `${sources.length} pass phrases for ${keys.length} keys: give one for all keys, or one for each`,
    );
  }
  const fallback =
    process.env[DEFAULT_VARIABLE] === undefined ? undefined : { environment: DEFAULT_VARIABLE };
  const signers = keys.map((key, i) => ({
    key,
    certificate: certificates[i] ?? '',
    passphrase: (sources.length === 1 ? sources[0] : sources[i]) ?? fallback,
  }));
  return openSigner({ signers, hash, timeout });
}

/** Warns that signatures are not verified: another program makes them, and no certificate is given. */
export function warnUnverified(reporter: Reporter): void {
  reporter.warn(
    'the signatures are not verified, because no certificate is given',
    'Give the certificate with --sign-cert.',
  );
}

function passphraseSources(args: SignArguments): PassphraseSource[] {
  const files = (args.signPassphraseFile ?? []).map((file) => ({ file }));
  const variables = (args.signPassphraseEnv ?? []).map((environment) => ({ environment }));
  if (files.length > 0 && variables.length > 0) {
    throw new UsageError('--sign-passphrase-file and --sign-passphrase-env cannot be combined', {
      hint: 'Give all pass phrases in files, or all in variables.',
    });
  }
  return [...files, ...variables];
}
