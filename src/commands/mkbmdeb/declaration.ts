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
  purpose: 'build packages of modules, like dkms mkbmdeb',
  positionals: [MODULE_POSITIONAL],
  description: [
    'Replaces `dkms mkbmdeb` of DKMS up to 2.8.7 in scripts: it finds the driver by name and version, runs `dkms-deb bmdeb`, and puts the packages into the same directory as DKMS. It prints the command line of `dkms-deb bmdeb`.',
    'It compiles the modules, so `dkms build` is not needed before. Each `-k` gets its own package, while DKMS packaged only the modules of the first `-k`.',
  ],
  options: {
    ...MODULE_OPTIONS,
    ...KERNEL_OPTIONS,
    kernelsourcedir: {
      group: 'Kernels',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'headers of the kernel, if they are not installed',
    },
    conf: {
      ...CONF_OPTION,
      group: 'Build',
      alias: 'c',
      describe: 'use another dkms.conf',
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
      describe: 'build the package of /usr/src/hello-1.0, with the arguments of an old script',
    },
    {
      command: 'dkms-deb mkbmdeb hello/1.0 --all -o out',
      describe: 'write packages for all kernels into out/',
    },
  ],
  exits: bmdebCommand.exits,
  environment: ['SOURCE_DATE_EPOCH', 'DEBFULLNAME, DEBEMAIL', 'KBUILD_SIGN_PIN', 'XDG_CACHE_HOME'],
  files: [
    '/var/lib/dkms',
    '/usr/src/NAME-VERSION',
    '/lib/modules/KERNEL/build',
    '~/.cache/dkms-deb/modules',
    '~/.cache/dkms-deb/log',
  ],
  load: async () => (await import('./mkbmdeb.ts')).mkbmdeb,
};
