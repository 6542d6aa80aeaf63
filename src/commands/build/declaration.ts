import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import {
  ALLOW_FILE_OPTION,
  MAX_SIZE_OPTION,
  TREE_POSITIONAL,
} from '../command-line/driver-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { BuildArguments } from './build.ts';

export const buildCommand: CommandDeclaration<BuildArguments> = {
  name: 'build',
  purpose: 'build the -dkms package, its source package, or both',
  positionals: [TREE_POSITIONAL],
  description: [
    'Makes the NAME-dkms package, which brings the source of the modules to the machine where DKMS compiles them, with .buildinfo and .changes. It is the package that `dpkg-buildpackage` makes of the same tree.',
    'Where the tree has no debian/ directory, what `dkms-deb init` would write is packaged. The tree is only read.',
    'Where debian/rules, or a file of debian/, does more than dkms-deb knows, dpkg-buildpackage builds the package in a private copy of the tree; `build` names the line that is the reason. What that needs must be installed: nothing is passed over silently.',
  ],
  options: {
    binary: {
      group: 'What is built',
      alias: 'b',
      type: 'boolean',
      default: false,
      describe: 'the .deb only (default)',
    },
    source: {
      group: 'What is built',
      alias: 'S',
      type: 'boolean',
      default: false,
      describe: 'the source package only',
    },
    full: {
      group: 'What is built',
      alias: 'F',
      type: 'boolean',
      default: false,
      describe: 'the source package and the .deb',
    },
    'allow-file': ALLOW_FILE_OPTION,
    'max-size': MAX_SIZE_OPTION,
    snapshot: VARIANT_OPTIONS.snapshot,
    distribution: {
      group: 'Version',
      type: 'string',
      argument: 'NAME',
      describe: 'of this build only, such as noble',
    },
    suffix: VARIANT_OPTIONS.suffix,
    output: OUTPUT_OPTION,
    sign: {
      group: 'Results',
      type: 'string',
      argument: 'KEY',
      optionalArgument: true,
      describe: 'sign .dsc, .buildinfo and .changes with gpg; --sign=KEY names the key',
    },
    compression: {
      group: 'Results',
      type: 'string',
      argument: 'TYPE[:LEVEL]',
      describe: 'of the .deb: xz, gzip, zstd or none, with a level xz:9 (default xz)',
    },
    'from-rules': {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'called by debian/rules: also enter the package in debian/files',
    },
    'dry-run': DRY_RUN_OPTION,
  },
  examples: [
    {
      command: 'dkms-deb build -o out',
      describe: 'the .deb, .buildinfo and .changes into out/',
    },
    { command: 'dkms-deb build -S --sign', describe: 'a signed source package, for dput' },
    {
      command: 'dkms-deb build -S --snapshot --distribution noble --suffix ~ppa1',
      describe: 'a daily upload',
    },
    {
      command: 'dpkg-buildpackage -us -uc -b',
      describe: 'the same by way of debian/rules',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  load: async () => (await import('./build.ts')).build,
};
