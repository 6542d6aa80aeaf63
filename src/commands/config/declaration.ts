import type { CommandDeclaration } from '../command-line/command.ts';
import { TREE_POSITIONAL } from '../command-line/driver-options.ts';
import type { ConfigArguments } from './show-config.ts';

export const configCommand: CommandDeclaration<ConfigArguments> = {
  name: 'config',
  purpose: 'show the configuration, and where each value comes from',
  positionals: [TREE_POSITIONAL],
  description: [
    'Shows what applies to commands for the driver in a directory: the values of its dkms-deb.yaml, and those of config.yaml in ~/.config/dkms-deb (or $XDG_CONFIG_HOME/dkms-deb). The command line overrides the environment, the environment overrides dkms-deb.yaml, and dkms-deb.yaml overrides config.yaml.',
    'A dkms-deb.yaml that comes with a cloned repository cannot make these commands run a program or use a key: what it says about signing applies only to the commands for fleets.',
  ],
  options: {
    schema: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'print the JSON Schema of config.yaml, for editors',
    },
  },
  examples: [
    { command: 'dkms-deb config', describe: 'show what applies in the current directory' },
    { command: 'dkms-deb config --schema > config.schema.json', describe: 'write the JSON Schema' },
  ],
  exits: [],
  environment: ['XDG_CONFIG_HOME'],
  files: ['~/.config/dkms-deb/config.yaml', 'dkms-deb.yaml'],
  load: async () => (await import('./show-config.ts')).showConfig,
};
