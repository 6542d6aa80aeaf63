import { type CommandDeclaration, DRY_RUN_OPTION, OUTPUT_OPTION } from '../command-line/command.ts';
import {
  ALL_OPTION,
  CONF_OPTION,
  HEADERS_OPTION,
  JOBS_OPTION,
  KERNEL_OPTION,
  MAX_SIZE_OPTION,
  SET_OPTION,
  SOURCE_POSITIONAL,
} from '../command-line/driver-options.ts';
import { SIGN_OPTIONS } from '../command-line/sign-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { BmdebArguments } from './bmdeb.ts';
import { PACKAGE_OPTIONS } from './package-options.ts';

export const bmdebCommand: CommandDeclaration<BmdebArguments> = {
  name: 'bmdeb',
  purpose: 'build packages of compiled modules, one for each kernel',
  positionals: [SOURCE_POSITIONAL],
  description: [
    'Compiles the modules of a driver for each of the kernels, as DKMS would do it on the machine where they are used, and writes a package NAME-modules-KERNEL for each. Where these are installed, no compiler is needed.',
    'Neither root nor an installed dkms is needed; the source tree is only read. Kernels are built in parallel; one that fails does not stop the others.',
  ],
  options: {
    kernel: {
      ...KERNEL_OPTION,
      describe: 'kernel release or pattern, /ARCH behind it or not; may be repeated',
    },
    headers: HEADERS_OPTION,
    all: ALL_OPTION,
    conf: {
      ...CONF_OPTION,
      group: 'Build',
      describe: 'the dkms.conf, where it is not at the top',
    },
    'max-size': { ...MAX_SIZE_OPTION, group: 'Build' },
    set: { ...SET_OPTION, group: 'Build' },
    symvers: {
      group: 'Build',
      type: 'string',
      argument: 'PATH',
      repeat: true,
      default: [],
      completes: 'file',
      describe:
        'modules of BUILD_DEPENDS: a package, a directory, a Module.symvers; may be repeated',
    },
    jobs: JOBS_OPTION,
    cache: {
      group: 'Build',
      type: 'boolean',
      default: true,
      describe: 'compile anew, even modules of unchanged input',
    },
    output: OUTPUT_OPTION,
    'dry-run': DRY_RUN_OPTION,
    ...VARIANT_OPTIONS,
    ...PACKAGE_OPTIONS,
    ...SIGN_OPTIONS,
    unsigned: {
      group: 'Signing',
      type: 'boolean',
      default: false,
      describe: 'sign nothing, as without a key: bmdeb-sign does it later',
    },
  },
  examples: [
    {
      command: 'dkms-deb bmdeb -k 6.1.0-56-amd64',
      describe: 'one package for that kernel',
    },
    {
      command: "dkms-deb bmdeb -k '6.12.*' -o out hello",
      describe: 'for all installed 6.12 headers, into out/',
    },
  ],
  exits: [
    'confMissing',
    'badConf',
    'patchMissing',
    'patchFailed',
    'moduleMissing',
    'makeFailed',
    'buildDepends',
    'noHeaders',
    'excluded',
  ],
  load: async () => (await import('./bmdeb.ts')).bmdeb,
};
