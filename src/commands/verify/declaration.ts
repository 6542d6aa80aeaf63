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
    'Checks packages of any origin, and the modules in them: whether the modules fit their kernel, whether the symbols that they import exist, whether signatures and compression are right for the kernel, and whether dpkg and apt can handle the package. Modules of one package may import from modules of another.',
    'For a -dkms package it checks the source and dkms.conf, for a -dbgsym package whether debuggers find the data, for a metapackage its dependencies. Nothing is installed and nothing is changed.',
    'Of an .rpm file with module source it checks the digests, the source, dkms.conf and the scripts; rpm reads the file.',
  ],
  options: {
    headers: {
      group: 'Kernel',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: "headers of the modules' kernel (default: the installed headers)",
    },
    symvers: {
      group: 'Kernel',
      type: 'string',
      argument: 'FILE',
      repeat: true,
      default: [],
      completes: 'file',
      describe: 'Module.symvers of another driver that the modules need; may be repeated',
    },
    certificate: {
      group: 'Checks',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'certificate, PEM or DER; every module must be signed with its key',
    },
    evaluate: {
      group: 'Checks',
      type: 'boolean',
      default: false,
      describe:
        'run the dkms.conf of a -dkms package, an untrusted bash script; isolated if the system allows it',
    },
  },
  examples: [
    {
      command: 'dkms-deb verify ../*.deb',
      describe: 'check packages; the exit status is 1 if a package has an error',
    },
    {
      command: 'dkms-deb verify --certificate mok.pem out/*.deb',
      describe: 'also check that every module is signed with the key of mok.pem',
    },
  ],
  exits: [],
  environment: [],
  files: ['/lib/modules/KERNEL/build'],
  load: async () => (await import('./verify.ts')).verify,
};
