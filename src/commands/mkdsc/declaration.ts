import type { CommandDeclaration } from '../command-line/command.ts';
import type { BuildNamedArguments } from '../dkms28/build-named.ts';
import { BUILD_OPTIONS, MODULE_POSITIONAL } from '../dkms28/options.ts';

export const mkdscCommand: CommandDeclaration<BuildNamedArguments> = {
  name: 'mkdsc',
  section: 'As in DKMS 2.8',
  purpose: 'build the source package, called as dkms mkdsc was',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Does what `dkms mkdsc` of DKMS up to 2.8.7 did, for scripts that call it: finds the driver by name and version, calls `dkms-deb build -S`, and leaves the source package where DKMS left it. It says which call of `dkms-deb build` it is.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    {
      command: 'dkms-deb mkdsc -m hello -v 1.0 --source-only',
      describe: 'of /usr/src/hello-1.0, as old scripts say it',
    },
    { command: 'dkms-deb mkdsc hello/1.0 -o out', describe: 'into out/' },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  load: async () => (await import('./mkdsc.ts')).mkdsc,
};
