import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import {
  ALLOW_FILE_OPTION,
  CONF_OPTION,
  MAX_SIZE_OPTION,
  SET_OPTION,
  TREE_POSITIONAL,
} from '../command-line/driver-options.ts';
import type { InitArguments } from './init.ts';

export const initCommand: CommandDeclaration<InitArguments> = {
  name: 'init',
  purpose: 'write a complete debian/ directory',
  positionals: [TREE_POSITIONAL],
  description: [
    'Reads the tree and its dkms.conf, and writes debian/: changelog, control, copyright, rules and what else the package needs. Where there is no dkms.conf, one is derived by asking kbuild which modules there are.',
    'What cannot be known is marked FIXME in the files, and listed at the end.',
    'Running it again changes nothing; after a new version of the driver it adds a changelog entry. A file that you edited is kept.',
  ],
  options: {
    conf: {
      ...CONF_OPTION,
      group: 'Facts',
      describe: 'the dkms.conf, where the tree has several',
    },
    set: {
      ...SET_OPTION,
      group: 'Facts',
    },
    'debian-version': {
      group: 'Facts',
      type: 'string',
      argument: 'VERSION',
      describe: 'version of the package, if another',
    },
    explain: {
      group: 'Facts',
      type: 'boolean',
      default: false,
      describe: 'say where each fact comes from',
    },
    'allow-file': ALLOW_FILE_OPTION,
    'max-size': MAX_SIZE_OPTION,
    rules: {
      group: 'Kind of package',
      type: 'string',
      choices: ['dkms-deb', 'dh'],
      describe: 'what debian/rules builds with (dkms-deb)',
    },
    format: {
      group: 'Kind of package',
      type: 'string',
      choices: ['native', 'quilt'],
      describe: 'of the source package: quilt goes with an upstream tarball (native)',
    },
    changelog: {
      group: 'Kind of package',
      type: 'string',
      choices: ['git'],
      describe: 'begin the changelog with an entry for each tag',
    },
    force: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'overwrite edited files',
    },
    'dry-run': DRY_RUN_OPTION,
    diff: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'only show what would change',
    },
    check: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'only exit 1 if debian/ is out of date or has FIXME',
    },
  },
  examples: [
    { command: 'dkms-deb init', describe: 'in the repository of a driver' },
    {
      command: 'dkms-deb init --rules dh src/hello',
      describe: 'for archives and PPAs: debhelper builds',
    },
    {
      command: 'dkms-deb init --set VERSION=1.2',
      describe: 'where nothing tells what @VERSION@ is',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  load: async () => (await import('./init.ts')).init,
};
