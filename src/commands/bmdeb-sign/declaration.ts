import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import { SIGN_OPTIONS } from '../command-line/sign-options.ts';
import type { BmdebSignArguments } from './bmdeb-sign.ts';

export const bmdebSignCommand: CommandDeclaration<BmdebSignArguments> = {
  name: 'bmdeb-sign',
  purpose: 'sign the modules in existing packages',
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
    '`dkms-deb bmdeb sign PACKAGES...` is the same command.',
    'Writes a copy of each package with signed modules, and with new checksums and sizes. A compressed module is decompressed, signed and compressed again, because the kernel build signs before it compresses. Packages without modules are skipped.',
    'You can sign with a key that is stored on this machine (`--sign-key`, `--sign-command`), or on another machine: `--request` writes the modules to sign, and `--signatures` adds the signatures to the packages.',
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
      describe: 'only write the modules to sign on another machine, into DIR',
    },
    signatures: {
      group: 'Signing elsewhere',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'directory with the signatures that another machine made, in files <sha256>.p7s',
    },
  },
  examples: [
    {
      command: 'dkms-deb bmdeb-sign x.deb -o signed --sign-key k.pem --sign-cert c.pem',
      describe: 'sign with a key that is stored on this machine',
    },
    {
      command: 'dkms-deb bmdeb-sign x.deb --request todo',
      describe: 'write todo/*.ko, to be signed on another machine',
    },
    {
      command: 'dkms-deb bmdeb-sign x.deb -o signed --signatures todo',
      describe: 'add the signatures of another machine',
    },
  ],
  exits: [],
  environment: ['XDG_CONFIG_HOME', 'KBUILD_SIGN_PIN'],
  files: ['~/.config/dkms-deb/config.yaml', '/lib/modules/KERNEL/build'],
  load: async () => (await import('./bmdeb-sign.ts')).bmdebSign,
};
