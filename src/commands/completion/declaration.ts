import type { CommandDeclaration } from '../command-line/command.ts';
import type { CompletionArguments } from './completion.ts';

export const completionCommand: CommandDeclaration<CompletionArguments> = {
  name: 'completion',
  purpose: 'print a completion script for bash, zsh or fish',
  positionals: [
    {
      name: 'shell',
      required: true,
      choices: ['bash', 'zsh', 'fish'],
      describe: 'bash, zsh or fish',
    },
  ],
  description: [
    'Prints a script that completes commands, options, files and the releases of kernels with headers. The Debian package of dkms-deb already installs all three. Use this command if you run dkms-deb from a clone or from npm.',
    'The script does not run dkms-deb, so print it again after an update.',
  ],
  options: {},
  examples: [
    {
      command: 'source <(dkms-deb completion bash)',
      describe: 'enable completion in the current bash',
    },
    {
      command: 'dkms-deb completion zsh > ~/.zfunc/_dkms-deb',
      describe: 'enable completion in zsh, if ~/.zfunc is in fpath before compinit runs',
    },
    {
      command: 'dkms-deb completion fish > ~/.config/fish/completions/dkms-deb.fish',
      describe: 'enable completion in fish',
    },
  ],
  exits: [],
  environment: [],
  files: [
    '/usr/share/bash-completion/completions/dkms-deb, /usr/share/zsh/vendor-completions/_dkms-deb, /usr/share/fish/vendor_completions.d/dkms-deb.fish',
  ],
  load: async () => (await import('./completion.ts')).completion,
};
