import type { CommandDeclaration } from '../command-line/command.ts';
import type { LspArguments } from './lsp.ts';

export const lspCommand: CommandDeclaration<LspArguments> = {
  name: 'lsp',
  purpose: 'serve editors of dkms.conf by the Language Server Protocol',
  positionals: [],
  description: [
    'Speaks the Language Server Protocol on standard input and output. An editor starts it, and gets the findings of `dkms-deb lint` while a dkms.conf is being written, their corrections, explanations and completions of directives, modules, patches and scripts. docs/guides/editor.md has the settings of VS Code, Neovim, Emacs and Kate.',
    'By default nothing of the tree is run: dkms.conf, makefiles and debian/ are only read. With `--evaluate`, or the initialization option `evaluate`, bash also runs dkms.conf, and make evaluates the makefiles, with the limits of `dkms-deb lint`. They do so whenever a file is opened or saved, or the editor says that a file of the tree has changed. Use that only for trees that you trust.',
    'The exit status is 1 if the editor ends without the request `shutdown`.',
  ],
  options: {
    evaluate: {
      group: 'What to look at',
      type: 'boolean',
      default: false,
      describe: 'also run dkms.conf and makefiles when a file is opened or saved',
    },
    stdio: {
      group: 'Connection',
      type: 'boolean',
      default: false,
      describe: 'use standard input and output, which is always so; some editors add this option',
    },
  },
  examples: [
    { command: 'dkms-deb lsp', describe: 'what an editor runs' },
    {
      command: 'dkms-deb lsp --evaluate',
      describe: 'what an editor runs for trees that you trust',
    },
  ],
  exits: [],
  environment: [],
  files: ['dkms.conf', 'debian/'],
  load: async () => (await import('./lsp.ts')).lsp,
};
