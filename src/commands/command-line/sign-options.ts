import type { OptionDeclarations } from './command.ts';

const SIGNING = { group: 'Signing', type: 'string' } as const;
const SEVERAL = { ...SIGNING, repeat: true } as const;

/** The options for signing modules; read-signing.ts evaluates them. */
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
      'program that signs: it gets a module and a hash name, and writes a detached CMS signature (DER) to stdout',
  },
  'sign-hash': {
    ...SIGNING,
    argument: 'HASH',
    describe: "hash to sign with (default: the kernel's CONFIG_MODULE_SIG_HASH)",
  },
};
