import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import {
  ALLOW_FILE_OPTION,
  MAX_SIZE_OPTION,
  TREE_POSITIONAL,
} from '../command-line/driver-options.ts';
import { TRY_OPTION } from '../command-line/install-options.ts';
import { SIGN_TIMEOUT_OPTION } from '../command-line/sign-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { BuildArguments } from './read-request.ts';

export const buildCommand: CommandDeclaration<BuildArguments> = {
  name: 'build',
  purpose: 'build the -dkms package, its source package, or both',
  positionals: [TREE_POSITIONAL],
  description: [
    'Builds the NAME-dkms package, its .buildinfo and its .changes file. The package installs the source of the modules, which DKMS then compiles on the target machine. It is the same package that `dpkg-buildpackage` builds from the tree.',
    'If the tree has no debian/ directory, `build` uses the one that `dkms-deb init` would write. The tree is only read.',
    'With --install the package is then installed by apt-get, through sudo if you are not root. The command is printed before it runs. Without a terminal, sudo and apt-get do not ask: if sudo needs a password, `build` fails.',
    'If debian/rules or another file of debian/ does something that dkms-deb does not support, dpkg-buildpackage builds the package in a private copy of the tree, and `build` names the line that is the reason. The build dependencies must then be installed.',
  ],
  options: {
    binary: {
      group: 'What is built',
      alias: 'b',
      type: 'boolean',
      default: false,
      describe: 'build the .deb only (default)',
    },
    source: {
      group: 'What is built',
      alias: 'S',
      type: 'boolean',
      default: false,
      describe: 'build the source package only',
    },
    full: {
      group: 'What is built',
      alias: 'F',
      type: 'boolean',
      default: false,
      describe: 'build the source package and the .deb',
    },
    'allow-file': ALLOW_FILE_OPTION,
    'max-size': MAX_SIZE_OPTION,
    snapshot: VARIANT_OPTIONS.snapshot,
    distribution: {
      group: 'Version',
      type: 'string',
      argument: 'NAME',
      describe: 'distribution in the changelog entry of this build, such as noble',
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
    'sign-timeout': { group: 'Results', ...SIGN_TIMEOUT_OPTION },
    compression: {
      group: 'Results',
      type: 'string',
      argument: 'TYPE[:LEVEL]',
      describe:
        'compression of the .deb: xz, gzip, zstd or none, with a level as in xz:9 (default: xz)',
    },
    install: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'install the -dkms package with apt, through sudo if you are not root',
    },
    try: TRY_OPTION,
    'from-rules': {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'for debian/rules: register the package in debian/files',
    },
    'dry-run': DRY_RUN_OPTION,
  },
  examples: [
    {
      command: 'dkms-deb build -o out',
      describe: 'write the .deb, .buildinfo and .changes into out/',
    },
    {
      command: 'dkms-deb build --install',
      describe: 'build the package and install it: DKMS compiles the modules',
    },
    { command: 'dkms-deb build -S --sign', describe: 'build a signed source package for dput' },
    {
      command: 'dkms-deb build -S --snapshot --distribution noble --suffix ~ppa1',
      describe: 'build the source package of a daily upload to a PPA',
    },
    {
      command: 'dpkg-buildpackage -us -uc -b',
      describe: 'build the same .deb through debian/rules',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: [
    'XDG_CONFIG_HOME',
    'SOURCE_DATE_EPOCH',
    'DEBFULLNAME, DEBEMAIL',
    'DEB_BUILD_OPTIONS',
    'DEB_BUILD_PROFILES',
    'GNUPGHOME',
  ],
  files: [
    'dkms-deb.yaml',
    '~/.config/dkms-deb/config.yaml',
    'dkms.conf',
    'debian/',
    'debian/.dkms-deb.json',
  ],
  load: async () => (await import('./build.ts')).build,
};
