import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import {
  ALLOW_FILE_OPTION,
  MAX_SIZE_OPTION,
  TREE_POSITIONAL,
} from '../command-line/driver-options.ts';
import { SIGN_TIMEOUT_OPTION } from '../command-line/sign-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { RpmArguments } from './rpm.ts';

const BUILT = { group: 'What is built', type: 'boolean', default: false } as const;

export const rpmCommand: CommandDeclaration<RpmArguments> = {
  name: 'rpm',
  purpose: 'build the -dkms package as RPM, its source package, or both',
  positionals: [TREE_POSITIONAL],
  description: [
    'Builds NAME-dkms-VERSION-RELEASE.noarch.rpm with rpmbuild, for Fedora, RHEL, openSUSE and other systems with RPM and DKMS. The same package is for all of these systems. It installs the same source as the package of `dkms-deb build`.',
    'The spec in rpm/ is used, which `dkms-deb init --rpm` writes. If there is no spec, `rpm` uses the spec that `init --rpm` would write. A spec that you wrote yourself is built as it is. If its tarball is neither in rpm/ nor at the top of the tree, dkms-deb makes it of the tree. BuildRequires are not checked.',
    'The same tree gives the same bytes, whatever the directory, the user and the umask are. `dkms-deb rpm` needs the Debian package rpm.',
  ],
  options: {
    binary: { ...BUILT, alias: 'b', describe: 'build the .noarch.rpm only (default)' },
    source: {
      ...BUILT,
      alias: 'S',
      describe: 'build the .src.rpm only, as for Copr, OBS and mock',
    },
    full: { ...BUILT, alias: 'F', describe: 'build both packages' },
    'allow-file': ALLOW_FILE_OPTION,
    'max-size': MAX_SIZE_OPTION,
    snapshot: VARIANT_OPTIONS.snapshot,
    output: OUTPUT_OPTION,
    'dry-run': DRY_RUN_OPTION,
    sign: {
      group: 'Results',
      type: 'string',
      argument: 'KEY',
      optionalArgument: true,
      describe: 'sign the packages with rpmsign; --sign=KEY names the key of gpg',
    },
    'sign-timeout': { group: 'Results', ...SIGN_TIMEOUT_OPTION },
  },
  examples: [
    { command: 'dkms-deb rpm -o out', describe: 'write the .noarch.rpm into out/' },
    {
      command: 'dkms-deb rpm -F --sign -o out',
      describe: 'build both packages and sign them with your key',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: ['SOURCE_DATE_EPOCH', 'DEBFULLNAME, DEBEMAIL', 'GNUPGHOME'],
  files: ['dkms.conf', 'rpm/NAME-dkms.spec'],
  load: async () => (await import('./rpm.ts')).rpm,
};
