import { ARCHIVE_OPTIONS } from '../command-line/archive-options.ts';
import { type CommandDeclaration, EDITABLE_FILE_OPTIONS } from '../command-line/command.ts';
import {
  ALLOW_FILE_OPTION,
  CONF_OPTION,
  KERNEL_OPTION,
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
    'Reads the tree and its dkms.conf, and writes debian/: changelog, control, copyright, rules and the other files that the package needs. If there is no dkms.conf, `init` asks kbuild for the modules and derives one.',
    'On a terminal, `init` asks for what the tree does not tell: which of several dkms.conf files, the version, the maintainer. With `--yes` it takes the best guesses instead. It asks nothing elsewhere, in a CI, with `--json` or `--quiet`, or if it writes nothing.',
    'Facts that `init` does not find are marked FIXME in the files, and listed at the end.',
    'If you run it again, nothing changes; after a new version of the driver, it adds a changelog entry. Files that you have edited are kept.',
  ],
  options: {
    conf: {
      ...CONF_OPTION,
      group: 'Facts',
      describe: 'the dkms.conf to use, if the tree has several',
    },
    set: {
      ...SET_OPTION,
      group: 'Facts',
    },
    'debian-version': {
      group: 'Facts',
      type: 'string',
      argument: 'VERSION',
      describe: "version of the package (default: the driver's version)",
    },
    kernel: {
      ...KERNEL_OPTION,
      describe:
        'kernel of an archive for the trial build of a tree without dkms.conf; may be repeated (default: installed kernels)',
    },
    ...ARCHIVE_OPTIONS,
    explain: {
      group: 'Facts',
      type: 'boolean',
      default: false,
      describe: 'show each fact with its origin',
    },
    'allow-file': ALLOW_FILE_OPTION,
    'max-size': MAX_SIZE_OPTION,
    rules: {
      group: 'Kind of package',
      type: 'string',
      choices: ['dkms-deb', 'dh'],
      describe: 'program that debian/rules calls (default: dkms-deb)',
    },
    format: {
      group: 'Kind of package',
      type: 'string',
      choices: ['native', 'quilt'],
      describe: 'format of the source package; quilt has an upstream tarball (default: native)',
    },
    rpm: {
      group: 'Kind of package',
      type: 'boolean',
      default: false,
      describe: 'also write rpm/, the spec of an RPM package; later runs keep it up to date',
    },
    changelog: {
      group: 'Kind of package',
      type: 'string',
      choices: ['git'],
      describe: 'write a changelog entry for each git tag',
    },
    yes: {
      group: 'Facts',
      alias: 'y',
      type: 'boolean',
      default: false,
      describe: 'ask nothing: take the best guess for what the tree does not tell',
    },
    ...EDITABLE_FILE_OPTIONS,
    check: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe:
        'write nothing; exit with 1 if debian/ is out of date, has a FIXME, or lacks something',
    },
  },
  examples: [
    { command: 'dkms-deb init', describe: 'write debian/ in the repository of a driver' },
    {
      command: 'dkms-deb init --rules dh src/hello',
      describe: 'let debhelper build the package, for archives and PPAs',
    },
    {
      command: 'dkms-deb init --set VERSION=1.2',
      describe: 'give the placeholder @VERSION@ in dkms.conf a value',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: [
    'XDG_CONFIG_HOME',
    'SOURCE_DATE_EPOCH',
    'DEBFULLNAME, DEBEMAIL',
    'APT_CONFIG',
    'XDG_CACHE_HOME',
  ],
  files: [
    'dkms-deb.yaml',
    '~/.config/dkms-deb/config.yaml',
    'dkms.conf',
    'debian/',
    'debian/.dkms-deb.json',
    'rpm/NAME-dkms.spec',
    '/lib/modules/KERNEL/build',
    '/etc/apt',
    '~/.cache/dkms-deb/headers',
  ],
  load: async () => (await import('./init.ts')).init,
};
