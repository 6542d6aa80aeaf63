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
  purpose: 'tell what dkms-deb understands of a driver',
  positionals: [SOURCE_POSITIONAL],
  description: [
    'Tells name and version and where each comes from, the packages that would come out, and for each kernel what DKMS would build: modules, patches, the make command, or why the kernel is excluded. dkms.conf is evaluated for each kernel by bash, as DKMS does it; nothing is compiled and nothing written.',
    'Where a tree has no dkms.conf it tells the one that is derived.',
  ],
  options: {
    kernel: {
      ...KERNEL_OPTION,
      describe: 'kernel release or pattern; may be repeated (default: every kernel with headers)',
    },
    headers: HEADERS_OPTION,
    conf: {
      ...CONF_OPTION,
      group: 'Driver',
      describe: 'the dkms.conf, where it is not at the top',
    },
    'max-size': { ...MAX_SIZE_OPTION, group: 'Driver' },
    set: { ...SET_OPTION, group: 'Driver' },
    ...VARIANT_OPTIONS,
  },
  examples: [
    { command: 'dkms-deb info', describe: 'in the repository of a driver' },
    {
      command: "dkms-deb info -k '6.12.*' --json hello/1.0",
      describe: 'of /usr/src/hello-1.0, for programs',
    },
  ],
  exits: ['confMissing', 'patchMissing', 'badConf', 'noHeaders'],
  load: async () => (await import('./info.ts')).info,
};
