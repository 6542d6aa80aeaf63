import type { CommandDeclaration } from '../command-line/command.ts';
import type { BuildNamedArguments } from '../dkms28/build-named.ts';
import { BUILD_OPTIONS, MODULE_POSITIONAL } from '../dkms28/options.ts';

export const mkdebCommand: CommandDeclaration<BuildNamedArguments> = {
  name: 'mkdeb',
  section: 'As in DKMS 2.8',
  purpose: 'build the -dkms package, like dkms mkdeb',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Replaces `dkms mkdeb` of DKMS up to 2.8.7 in scripts: it finds the driver by name and version, runs `dkms-deb build`, and puts the package into the same directory as DKMS. It prints the command line of `dkms-deb build`.',
    'The package is for all architectures, as with --source-only. It never contains compiled modules.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    {
      command: 'dkms-deb mkdeb -m hello -v 1.0 --source-only',
      describe: 'build the package of /usr/src/hello-1.0, with the arguments of an old script',
    },
    { command: 'dkms-deb mkdeb hello/1.0 -o out', describe: 'write the package into out/' },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: [
    'SOURCE_DATE_EPOCH',
    'DEBFULLNAME, DEBEMAIL',
    'DEB_BUILD_OPTIONS',
    'DEB_BUILD_PROFILES',
  ],
  files: ['/var/lib/dkms', '/usr/src/NAME-VERSION', 'debian/'],
  load: async () => (await import('../dkms28/build-named.ts')).mkdeb,
};
