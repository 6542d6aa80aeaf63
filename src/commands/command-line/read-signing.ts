import { UsageError } from '../../errors.ts';
import { openSigner } from '../../module/sign/open-signer.ts';
import type { ModuleSigner, PassphraseSource } from '../../module/sign/signing.ts';
import type { Reporter } from '../../report/reporter.ts';

/** SIGN_OPTIONS as yargs gives them to a command. */
export interface SignArguments {
  readonly signKey?: readonly string[] | undefined;
  readonly signCert?: readonly string[] | undefined;
  readonly signPassphraseFile?: readonly string[] | undefined;
  readonly signPassphraseEnv?: readonly string[] | undefined;
  readonly signCommand?: string | undefined;
  readonly signHash?: string | undefined;
}

/** As scripts/sign-file has it. */
const DEFAULT_VARIABLE = 'KBUILD_SIGN_PIN';

/**
 * The signer that the options ask for, its keys read and checked; undefined where nothing is to be
 * signed. UsageError for options that do not go together; ModuleBuildError for keys (openSigner).
 */
export async function readSigning(args: SignArguments): Promise<ModuleSigner | undefined> {
  const keys = args.signKey ?? [];
  const certificates = args.signCert ?? [];
  const { signCommand: command, signHash: hash } = args;
  const sources = passphraseSources(args);
  if (command !== undefined) {
    if (keys.length > 0 || sources.length > 0) {
      throw new UsageError('--sign-command and --sign-key exclude one another');
    }
    if (command.trim() === '') throw new UsageError('--sign-command names no program');
    return openSigner({ signers: [], command, certificates, hash });
  }
  if (keys.length === 0) {
    const lone = certificates.length > 0 ? '--sign-cert' : hash && '--sign-hash';
    if (lone) throw new UsageError(`${lone} needs --sign-key or --sign-command`);
    if (sources.length > 0) throw new UsageError('a pass phrase needs --sign-key');
    return undefined;
  }
  if (keys.length !== certificates.length) {
    throw new UsageError(
      `there are ${keys.length} --sign-key and ${certificates.length} --sign-cert: each key needs its certificate`,
    );
  }
  if (sources.length > 1 && sources.length !== keys.length) {
    throw new UsageError(
      `there are ${keys.length} --sign-key and ${sources.length} pass phrases: give one for all, or one for each`,
    );
  }
  const fallback =
    process.env[DEFAULT_VARIABLE] === undefined ? undefined : { environment: DEFAULT_VARIABLE };
  const signers = keys.map((key, i) => ({
    key,
    certificate: certificates[i] ?? '',
    passphrase: (sources.length === 1 ? sources[0] : sources[i]) ?? fallback,
  }));
  return openSigner({ signers, hash });
}

/** For signatures that come from elsewhere, without a certificate. */
export function warnUnverified(reporter: Reporter): void {
  reporter.warn(
    'nothing verifies the signatures: whose they are, and of what, is not known without a certificate',
    'Give it with --sign-cert.',
  );
}

function passphraseSources(args: SignArguments): PassphraseSource[] {
  const files = (args.signPassphraseFile ?? []).map((file) => ({ file }));
  const variables = (args.signPassphraseEnv ?? []).map((environment) => ({ environment }));
  if (files.length > 0 && variables.length > 0) {
    throw new UsageError('give pass phrases in files or in variables, not in both', {
      hint: 'The order of --sign-passphrase-file and --sign-passphrase-env would be lost.',
    });
  }
  return [...files, ...variables];
}
