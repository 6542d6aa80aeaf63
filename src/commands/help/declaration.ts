import type { CommandDeclaration } from '../command-line/command.ts';
import type { HelpArguments } from './show-help.ts';

export const helpCommand: CommandDeclaration<HelpArguments> = {
  name: 'help',
  purpose: 'show the commands, or the options of one command',
  positionals: [
    { name: 'command', completes: 'command', describe: 'the command whose options are shown' },
  ],
  description: [
    'Prints what `dkms-deb --help` prints; with a command, what `dkms-deb COMMAND --help` prints.',
  ],
  options: {},
  examples: [
    { command: 'dkms-deb help', describe: 'list the commands' },
    { command: 'dkms-deb help bmdeb', describe: 'show the options of bmdeb' },
  ],
  exits: [],
  environment: [],
  files: ['/usr/share/doc/dkms-deb'],
  load: async () => (await import('./show-help.ts')).showHelp,
};
