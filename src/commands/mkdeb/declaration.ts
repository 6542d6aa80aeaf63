import type { CommandDeclaration } from '../command-line/command.ts';
import type { BuildNamedArguments } from '../dkms28/build-named.ts';
import { BUILD_OPTIONS, MODULE_POSITIONAL } from '../dkms28/options.ts';

export const mkdebCommand: CommandDeclaration<BuildNamedArguments> = {
  name: 'mkdeb',
  section: 'As in DKMS 2.8',
  purpose: 'build the -dkms package, called as dkms mkdeb was',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Does what `dkms mkdeb` of DKMS up to 2.8.7 did, for scripts that call it: finds the driver by name and version, calls `dkms-deb build`, and leaves the package where DKMS left it. It says which call of `dkms-deb build` it is.',
    'The package is for all architectures, as with --source-only; it holds no compiled modules, as it never did.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    {
      command: 'dkms-deb mkdeb -m hello -v 1.0 --source-only',
      describe: 'of /usr/src/hello-1.0, as old scripts say it',
    },
    { command: 'dkms-deb mkdeb hello/1.0 -o out', describe: 'into out/' },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf'],
  load: async () => (await import('./mkdeb.ts')).mkdeb,
};
