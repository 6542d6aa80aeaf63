import type { CommandDeclaration } from '../command-line/command.ts';
import type { BuildNamedArguments } from '../dkms28/build-named.ts';
import { BUILD_OPTIONS, MODULE_POSITIONAL } from '../dkms28/options.ts';

export const mkdscCommand: CommandDeclaration<BuildNamedArguments> = {
  name: 'mkdsc',
  section: 'As in DKMS 2.8',
  purpose: 'build the source package, like dkms mkdsc',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Replaces `dkms mkdsc` of DKMS up to 2.8.7 in scripts: it finds the driver by name and version, runs `dkms-deb build -S`, and puts the source package into the same directory as DKMS. It prints the command line of `dkms-deb build`.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    {
      command: 'dkms-deb mkdsc -m hello -v 1.0 --source-only',
      describe: 'build the source package of hello 1.0, with the arguments of an old script',
    },
    { command: 'dkms-deb mkdsc hello/1.0 -o out', describe: 'write the source package into out/' },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  environment: ['SOURCE_DATE_EPOCH', 'DEBFULLNAME, DEBEMAIL', 'DEB_BUILD_PROFILES'],
  files: ['/var/lib/dkms', '/usr/src/NAME-VERSION', 'debian/'],
  load: async () => (await import('../dkms28/build-named.ts')).mkdsc,
};
