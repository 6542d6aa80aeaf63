import type { OptionDeclarations } from './command.ts';

const SIGNING = { group: 'Signing', type: 'string' } as const;
const SEVERAL = { ...SIGNING, repeat: true } as const;

/** Options with which a command has modules signed; read-signing.ts makes a signer of them. */
export const SIGN_OPTIONS: OptionDeclarations = {
  'sign-key': {
    ...SEVERAL,
    argument: 'KEY',
    completes: 'file',
    describe: 'key to sign modules with: PEM or DER file, or pkcs11: URI; may be repeated',
  },
  'sign-cert': {
    ...SEVERAL,
    argument: 'FILE',
    completes: 'file',
    describe: 'its certificate, PEM or DER; as often as --sign-key',
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
    describe: 'variable with the pass phrase or PIN (default KBUILD_SIGN_PIN, if set)',
  },
  'sign-command': {
    ...SIGNING,
    argument: 'PROGRAM',
    completes: 'file',
    describe: 'program that signs: gets module and hash, writes a detached CMS (DER) to stdout',
  },
  'sign-hash': {
    ...SIGNING,
    argument: 'HASH',
    describe: "instead of the kernel's CONFIG_MODULE_SIG_HASH",
  },
};
