import type { CommandDeclaration } from '../command-line/command.ts';
import type { StatusArguments } from './show-status.ts';

export const statusCommand: CommandDeclaration<StatusArguments> = {
  name: 'status',
  purpose: 'show which kernels have the modules of which drivers',
  positionals: [
    {
      name: 'results',
      repeat: true,
      completes: 'directory',
      describe: 'directories with results of run that are not published yet',
    },
  ],
  description: [
    'Shows the status of each driver for each kernel, and its date: `published` with the version, `failed` with the first error of the compiler and the version that is still published, `excluded` with the reason, or `missing`. apt reads the index of the repository and checks its signature. The rest comes from dkms-deb/status.json, which `publish` writes into the repository.',
    'With `--html` it prints one page that needs no other file. You can put it into the repository itself.',
  ],
  options: {
    repo: {
      group: 'Repository',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe:
        'directory or URL of the repository (default: the repository of the plan, or of plan.json in the current directory)',
    },
    plan: {
      group: 'Repository',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'plan of the results (default: the plan.json beside the results)',
    },
    suite: {
      group: 'Repository',
      type: 'string',
      argument: 'NAME',
      repeat: true,
      default: [],
      describe: 'suite of a repository at a URL (default: all suites that the repository lists)',
    },
    key: {
      group: 'Repository',
      type: 'string',
      argument: 'KEY',
      repeat: true,
      default: [],
      describe:
        'fingerprint of a key that signs the repository, or a file with the key (default: the keys of the plan, else keys that apt trusts)',
    },
    md: {
      group: 'Output',
      type: 'boolean',
      default: false,
      describe: 'print the table as Markdown',
    },
    html: { group: 'Output', type: 'boolean', default: false, describe: 'print a page in HTML' },
    title: {
      group: 'Output',
      type: 'string',
      argument: 'TEXT',
      default: 'Kernel modules',
      describe: 'title of the page',
    },
  },
  examples: [
    {
      command: 'dkms-deb status --repo site --key FINGERPRINT',
      describe: 'show what is published, what failed and what is missing',
    },
    {
      command: 'dkms-deb status --repo site --key FINGERPRINT --html > site/index.html',
      describe: 'write the page into the repository',
    },
  ],
  exits: [],
  environment: ['GNUPGHOME'],
  files: ['dkms-deb.yaml', 'plan.json', 'dists/, pool/, dkms-deb/status.json'],
  load: async () => (await import('./show-status.ts')).showStatus,
};
