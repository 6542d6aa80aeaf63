import { ARCHIVE_OPTIONS } from '../command-line/archive-options.ts';
import type { CommandDeclaration } from '../command-line/command.ts';
import {
  CONF_OPTION,
  HEADERS_OPTION,
  KERNEL_OPTION,
  MAX_SIZE_OPTION,
  SET_OPTION,
  SOURCE_POSITIONAL,
} from '../command-line/driver-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { InfoArguments } from './info.ts';

export const infoCommand: CommandDeclaration<InfoArguments> = {
  name: 'info',
  purpose: 'show what dkms-deb finds out about a driver',
  positionals: [SOURCE_POSITIONAL],
  description: [
    'Shows the name and the version of the driver with their origins, the packages that would be built, and for each kernel what DKMS would do: modules, patches, the make command, or why the kernel is excluded. For each kernel bash evaluates dkms.conf, as in DKMS. Nothing is compiled, and nothing is written except headers that `--suite` and `--sources` fetch.',
    'If the tree has no dkms.conf, `info` derives one, and shows what it says.',
  ],
  options: {
    kernel: {
      ...KERNEL_OPTION,
      describe: 'kernel release or glob; may be repeated (default: all kernels that have headers)',
    },
    headers: HEADERS_OPTION,
    ...ARCHIVE_OPTIONS,
    conf: {
      ...CONF_OPTION,
      group: 'Driver',
      describe: 'the dkms.conf, if it is not at the top of the tree',
    },
    'max-size': { ...MAX_SIZE_OPTION, group: 'Driver' },
    set: { ...SET_OPTION, group: 'Driver' },
    ...VARIANT_OPTIONS,
  },
  examples: [
    { command: 'dkms-deb info', describe: 'show the driver in the current directory' },
    {
      command: "dkms-deb info -k '6.12.*' --json hello/1.0",
      describe: 'print facts about /usr/src/hello-1.0 as JSON',
    },
    {
      command: 'dkms-deb info --suite sid --latest 1',
      describe: "show what DKMS would do for the newest kernels of Debian's sid",
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf', 'noHeaders'],
  environment: ['APT_CONFIG', 'XDG_CACHE_HOME'],
  files: [
    'dkms.conf',
    'debian/',
    '/lib/modules/KERNEL/build',
    '/usr/src/NAME-VERSION',
    '/etc/apt',
    '~/.cache/dkms-deb/headers',
  ],
  load: async () => (await import('./info.ts')).info,
};
