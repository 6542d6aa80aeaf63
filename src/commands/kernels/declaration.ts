import { ARCHIVE_OPTIONS, FLAVOUR_OPTION } from '../command-line/archive-options.ts';
import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import type { KernelsArguments } from './kernels.ts';

export const kernelsCommand: CommandDeclaration<KernelsArguments> = {
  name: 'kernels',
  purpose: 'list the kernels of archives that modules can be built for',
  positionals: [
    {
      name: 'patterns',
      repeat: true,
      describe: 'releases or globs, such as 6.12.* (default: all)',
    },
  ],
  description: [
    "Reads the package lists of suites and other archives, and prints each kernel whose headers they have: its release, version, architecture, flavour and compiler, its suites, and how much bmdeb must download for it. The mirrors, keys, proxies and passwords are those of the machine's apt; nothing is installed, and root is not needed.",
    'Lists that are older than an hour are fetched again. The kernels are recorded in the store (--store). After bmdeb has fetched the headers of a kernel, it can build for that kernel even when the archive has removed it.',
  ],
  options: {
    ...ARCHIVE_OPTIONS,
    flavour: FLAVOUR_OPTION,
    md: {
      group: 'Output',
      type: 'boolean',
      default: false,
      describe: 'print the table as Markdown',
    },
    prune: {
      group: 'Store',
      type: 'boolean',
      default: false,
      describe:
        'remove packages from the store that are only for kernels not seen in an archive for 180 days; the newest three of each flavour stay',
    },
    repo: {
      group: 'Store',
      type: 'string',
      argument: 'REPO',
      repeat: true,
      default: [],
      completes: 'directory',
      describe:
        'with --prune: keep packages for kernels whose modules this repository (a directory or URL) has',
    },
    key: {
      group: 'Store',
      type: 'string',
      argument: 'KEY',
      repeat: true,
      default: [],
      describe:
        'fingerprint of a key that signs the repositories of --repo, or a file with the key (default: keys that apt trusts)',
    },
    'dry-run': {
      ...DRY_RUN_OPTION,
      group: 'Store',
      describe: 'with --prune: only say what would be removed',
    },
  },
  examples: [
    {
      command: 'dkms-deb kernels --suite trixie --suite trixie-security',
      describe: 'list the kernels of trixie for this architecture',
    },
    {
      command: 'dkms-deb kernels --suite sid --arch arm64 --latest 1 --json',
      describe: 'print the newest kernel of each flavour of sid for arm64 as JSON',
    },
    {
      command: 'dkms-deb kernels --prune --repo site --key FINGERPRINT',
      describe: 'remove from the store what neither archives nor published modules need',
    },
  ],
  exits: ['noHeaders'],
  environment: ['XDG_CONFIG_HOME', 'APT_CONFIG', 'XDG_CACHE_HOME'],
  files: [
    'dkms-deb.yaml',
    '~/.config/dkms-deb/config.yaml',
    '/etc/apt',
    '~/.cache/dkms-deb/headers',
    '/lib/modules/KERNEL/build',
  ],
  load: async () => (await import('./kernels.ts')).kernels,
};
