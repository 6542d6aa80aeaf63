import type { CommandDeclaration } from '../command-line/command.ts';
import type { CompletionArguments } from './completion.ts';

export const completionCommand: CommandDeclaration<CompletionArguments> = {
  name: 'completion',
  purpose: 'print a completion script for bash or zsh',
  positionals: [
    { name: 'shell', required: true, choices: ['bash', 'zsh'], describe: 'bash or zsh' },
  ],
  description: [
    'Prints a script that completes commands, options, files and the releases of kernels with headers. The Debian package of dkms-deb brings both scripts: this command is for those who run it from a clone or from npm.',
    'The script needs no dkms-deb to run: it knows what this version of dkms-deb takes.',
  ],
  options: {},
  examples: [
    { command: 'source <(dkms-deb completion bash)', describe: 'for this session of bash' },
    {
      command: 'dkms-deb completion zsh > ~/.zfunc/_dkms-deb',
      describe: 'for zsh, with ~/.zfunc in its fpath before compinit is called',
    },
  ],
  exits: [],
  load: async () => (await import('./completion.ts')).completion,
};
