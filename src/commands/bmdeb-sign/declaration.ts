import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import { SIGN_OPTIONS } from '../command-line/sign-options.ts';
import type { BmdebSignArguments } from './bmdeb-sign.ts';

export const bmdebSignCommand: CommandDeclaration<BmdebSignArguments> = {
  name: 'bmdeb-sign',
  purpose: 'sign the modules in packages that are built already',
  positionals: [
    {
      name: 'packages',
      required: true,
      repeat: true,
      completes: 'deb',
      describe: 'packages of modules',
    },
  ],
  description: [
    '`dkms-deb bmdeb sign` followed by packages is the same command.',
    'Writes each package anew with its modules signed, and everything that follows from that: checksums, sizes, compression. The module is signed as the kernel build does it, before it is compressed. Packages without modules are passed over.',
    'The key may be here (`--sign-key`, `--sign-command`), or elsewhere: `--request` writes the modules that are to be signed, `--signatures` puts the signatures in.',
  ],
  options: {
    output: OUTPUT_OPTION,
    'dry-run': DRY_RUN_OPTION,
    ...SIGN_OPTIONS,
    request: {
      group: 'Signing elsewhere',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'only write into this directory what is to be signed elsewhere',
    },
    signatures: {
      group: 'Signing elsewhere',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'directory with the signatures that were made elsewhere, <sha256>.p7s',
    },
  },
  examples: [
    {
      command: 'dkms-deb bmdeb-sign x.deb -o signed --sign-key k.pem --sign-cert c.pem',
      describe: 'sign here',
    },
    {
      command: 'dkms-deb bmdeb-sign x.deb --request todo',
      describe: 'then sign todo/*.ko where the key is',
    },
    {
      command: 'dkms-deb bmdeb-sign x.deb -o signed --signatures todo',
      describe: 'and put the signatures in',
    },
  ],
  exits: [],
  load: async () => (await import('./bmdeb-sign.ts')).bmdebSign,
};
