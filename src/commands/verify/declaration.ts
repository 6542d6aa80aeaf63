import type { CommandDeclaration } from '../command-line/command.ts';
import type { VerifyArguments } from './verify.ts';

export const verifyCommand: CommandDeclaration<VerifyArguments> = {
  name: 'verify',
  purpose: 'check packages of modules or of module source',
  positionals: [
    {
      name: 'packages',
      required: true,
      repeat: true,
      completes: 'deb',
      describe: 'packages to check',
    },
  ],
  description: [
    'Reads packages, whoever made them, and the modules in them on their own bytes: whether the modules fit the kernel they are for, whether their imports exist there, whether they are signed and compressed as that kernel wants it, and whether the package is one that dpkg and apt handle well. The modules of one package may import from those of another.',
    'Of a -dkms package it checks the source and dkms.conf, of a -dbgsym package whether debuggers will find the data, of a metapackage what it depends on. Nothing is installed and nothing changed.',
  ],
  options: {
    headers: {
      group: 'Kernel',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'headers of the kernel the modules are for (default: the installed ones)',
    },
    symvers: {
      group: 'Kernel',
      type: 'string',
      argument: 'FILE',
      repeat: true,
      default: [],
      completes: 'file',
      describe: 'Module.symvers of a driver that the modules import from; may be repeated',
    },
    certificate: {
      group: 'Checks',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'PEM or DER: every module must be signed by its key',
    },
    evaluate: {
      group: 'Checks',
      type: 'boolean',
      default: false,
      describe:
        "run a -dkms package's dkms.conf, a bash script of a stranger: apart from the machine, where it allows that",
    },
  },
  examples: [
    {
      command: 'dkms-deb verify ../*.deb',
      describe: 'exit status 1 where one of them has an error',
    },
    {
      command: 'dkms-deb verify --certificate mok.pem out/*.deb',
      describe: 'and every module must be signed by that key',
    },
  ],
  exits: [],
  load: async () => (await import('./verify.ts')).verify,
};
