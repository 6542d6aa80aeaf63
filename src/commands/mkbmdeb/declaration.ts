import { bmdebCommand } from '../bmdeb/declaration.ts';
import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import { CONF_OPTION, JOBS_OPTION } from '../command-line/driver-options.ts';
import {
  IGNORED_OPTIONS,
  KERNEL_OPTIONS,
  MODULE_OPTIONS,
  MODULE_POSITIONAL,
  ONLY_OPTIONS,
  PLACE_OPTION,
} from '../dkms28/options.ts';
import type { MkbmdebArguments } from './mkbmdeb.ts';

export const mkbmdebCommand: CommandDeclaration<MkbmdebArguments> = {
  name: 'mkbmdeb',
  section: 'As in DKMS 2.8',
  purpose: 'build packages of modules, called as dkms mkbmdeb was',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Does what `dkms mkbmdeb` of DKMS up to 2.8.7 did, for scripts that call it: finds the driver by name and version, calls `dkms-deb bmdeb`, and leaves the packages where DKMS left them. It says which call of `dkms-deb bmdeb` it is.',
    'The modules are compiled: `dkms build` need not be called before. Of several `-k` each gets its package, where DKMS packaged the first alone.',
  ],
  options: {
    ...MODULE_OPTIONS,
    ...KERNEL_OPTIONS,
    kernelsourcedir: {
      group: 'Kernels',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'headers of the kernel, where they are not installed',
    },
    conf: {
      ...CONF_OPTION,
      group: 'Build',
      alias: 'c',
      describe: 'another dkms.conf',
    },
    jobs: JOBS_OPTION,
    ...PLACE_OPTION,
    'dry-run': DRY_RUN_OPTION,
    ...ONLY_OPTIONS,
    ...IGNORED_OPTIONS,
  },
  examples: [
    {
      command: 'dkms-deb mkbmdeb -m hello -v 1.0 -k 6.1.0-56-amd64',
      describe: 'of /usr/src/hello-1.0, as old scripts say it',
    },
    { command: 'dkms-deb mkbmdeb hello/1.0 --all -o out', describe: 'for all kernels, into out/' },
  ],
  exits: bmdebCommand.exits,
  load: async () => (await import('./mkbmdeb.ts')).mkbmdeb,
};
