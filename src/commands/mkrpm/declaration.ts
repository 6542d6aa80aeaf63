import type { CommandDeclaration } from '../command-line/command.ts';
import type { BuildNamedArguments } from '../dkms28/build-named.ts';
import { BUILD_OPTIONS, MODULE_POSITIONAL } from '../dkms28/options.ts';

export const mkrpmCommand: CommandDeclaration<BuildNamedArguments> = {
  name: 'mkrpm',
  section: 'As in DKMS 2.8',
  purpose: 'build the -dkms package as RPM, like dkms mkrpm',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Replaces `dkms mkrpm` of DKMS up to 2.8.7 in scripts: it finds the driver by name and version, runs `dkms-deb rpm`, and puts the package into the same directory as DKMS. It prints the command line of `dkms-deb rpm`.',
    'The package has the name NAME-dkms; in DKMS the name was NAME. It never contains compiled modules.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    {
      command: 'dkms-deb mkrpm -m hello -v 1.0 --source-only',
      describe: 'build the package of /usr/src/hello-1.0, with the options that old scripts use',
    },
    { command: 'dkms-deb mkrpm hello/1.0 -o out', describe: 'write the package into out/' },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: ['SOURCE_DATE_EPOCH', 'DEBFULLNAME, DEBEMAIL'],
  files: ['/var/lib/dkms', '/usr/src/NAME-VERSION', 'rpm/NAME-dkms.spec'],
  load: async () => (await import('../dkms28/build-named.ts')).mkrpm,
};
