import { UsageError } from '../../errors.ts';
import type { OptionDeclaration, OptionDeclarations } from './command.ts';

const SIGNING = { group: 'Signing', type: 'string' } as const;
const SEVERAL = { ...SIGNING, repeat: true } as const;

/** The option --sign-timeout. `build` and `rpm` also have it, for signatures by gpg. */
export const SIGN_TIMEOUT_OPTION = {
  type: 'string',
  argument: 'SECONDS',
  describe: 'time limit for one signature (default: 600)',
} as const satisfies Omit<OptionDeclaration, 'group'>;

/** Reads --sign-timeout. Throws UsageError unless it is a number of seconds from 1 to 86400, which is one day. */
export function readSignTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= 86_400) return seconds;
  throw new UsageError(
    `--sign-timeout ${JSON.stringify(text)} is not a whole number of seconds from 1 to 86400`,
    {
      hint: 'Give a number from 1 to 86400.',
    },
  );
}

/** The options for signing modules. read-signing.ts evaluates them. */
export const SIGN_OPTIONS: OptionDeclarations = {
  'sign-key': {
    ...SEVERAL,
    argument: 'KEY',
    completes: 'file',
    describe: 'key to sign modules with: a PEM or DER file, or a pkcs11: URI; may be repeated',
  },
  'sign-cert': {
    ...SEVERAL,
    argument: 'FILE',
    completes: 'file',
    describe: 'certificate of the key, PEM or DER; one for each --sign-key',
  },
  'sign-passphrase-file': {
    ...SEVERAL,
    argument: 'FILE',
    completes: 'file',
    describe: 'file with the pass phrase or PIN of the key',
  },
  'sign-passphrase-env': {
    ...SEVERAL,
    argument: 'VARIABLE',
    describe: 'environment variable with the pass phrase or PIN (default: KBUILD_SIGN_PIN)',
  },
  'sign-command': {
    ...SIGNING,
    argument: 'PROGRAM',
    completes: 'file',
    describe:
      'program that signs: its last two arguments are a module and the name of a hash; it writes a detached CMS (DER) to stdout',
  },
  'sign-hash': {
    ...SIGNING,
    argument: 'HASH',
    describe: "hash to sign with (default: the kernel's CONFIG_MODULE_SIG_HASH)",
  },
  'sign-timeout': { ...SIGNING, ...SIGN_TIMEOUT_OPTION },
};
