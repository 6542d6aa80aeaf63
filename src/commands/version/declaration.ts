import type { CommandDeclaration } from '../command-line/command.ts';

export const versionCommand: CommandDeclaration = {
  name: 'version',
  purpose: 'show the version of dkms-deb',
  positionals: [],
  description: ['Prints the version, as `dkms-deb --version` does.'],
  options: {},
  examples: [
    { command: 'dkms-deb version', describe: 'print the version' },
    {
      command: 'dkms-deb version --json',
      describe: 'print the versions of dkms-deb and Node.js as JSON',
    },
  ],
  exits: [],
  environment: [],
  files: ['/usr/share/doc/dkms-deb'],
  load: async () => (await import('./show-version.ts')).showVersion,
};
