import { ARCHIVE_OPTIONS } from '../command-line/archive-options.ts';
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
import { TRY_OPTION } from '../command-line/install-options.ts';
import { SIGN_OPTIONS } from '../command-line/sign-options.ts';
import { VARIANT_OPTIONS } from '../command-line/variant-options.ts';
import type { BmdebArguments } from './bmdeb.ts';
import { PACKAGE_OPTIONS } from './package-options.ts';

export const bmdebCommand: CommandDeclaration<BmdebArguments> = {
  name: 'bmdeb',
  purpose: 'build packages of compiled modules, one for each kernel',
  positionals: [SOURCE_POSITIONAL],
  description: [
    'Compiles the modules of a driver for each kernel, as DKMS would do it on the target machine, and writes a package NAME-modules-KERNEL for each. A machine that installs these packages needs no compiler.',
    'Neither root nor an installed dkms is needed, and the source tree is only read. The builds for several kernels run in parallel; a build that fails does not stop the others.',
  ],
  options: {
    kernel: {
      ...KERNEL_OPTION,
      describe: 'kernel release or glob, optionally followed by /ARCH; may be repeated',
    },
    headers: HEADERS_OPTION,
    all: ALL_OPTION,
    ...ARCHIVE_OPTIONS,
    conf: {
      ...CONF_OPTION,
      group: 'Build',
      describe: 'the dkms.conf, if it is not at the top of the tree',
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
        'modules of BUILD_DEPENDS: a package, a directory or a Module.symvers; may be repeated',
    },
    jobs: JOBS_OPTION,
    cache: {
      group: 'Build',
      type: 'boolean',
      default: true,
      describe:
        'do not use the cache: compile the modules even if nothing has changed since the last build',
    },
    output: OUTPUT_OPTION,
    install: {
      group: 'Results',
      type: 'string',
      argument: 'KERNEL',
      optionalArgument: true,
      describe:
        'install the packages for the running kernel with apt, through sudo if you are not root; --install=KERNEL (release or glob) installs packages for other kernels',
    },
    try: TRY_OPTION,
    'dry-run': DRY_RUN_OPTION,
    ...VARIANT_OPTIONS,
    ...PACKAGE_OPTIONS,
    ...SIGN_OPTIONS,
    unsigned: {
      group: 'Signing',
      type: 'boolean',
      default: false,
      describe: 'leave the modules unsigned; bmdeb-sign can sign them later',
    },
  },
  examples: [
    {
      command: 'dkms-deb bmdeb -k 6.1.0-56-amd64',
      describe: 'build the package for one kernel',
    },
    {
      command: 'dkms-deb bmdeb --try',
      describe: 'build for the running kernel, and say what apt and modprobe would do',
    },
    {
      command: "dkms-deb bmdeb -k '6.12.*' -o out hello",
      describe: 'build packages for all installed 6.12 headers, into out/',
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
  environment: [
    'XDG_CONFIG_HOME',
    'SOURCE_DATE_EPOCH',
    'DEBFULLNAME, DEBEMAIL',
    'KBUILD_SIGN_PIN',
    'APT_CONFIG',
    'XDG_CACHE_HOME',
  ],
  files: [
    'dkms-deb.yaml',
    '~/.config/dkms-deb/config.yaml',
    'dkms.conf',
    'debian/',
    '/lib/modules/KERNEL/build',
    '/usr/src/NAME-VERSION',
    '/etc/apt',
    '~/.cache/dkms-deb/modules',
    '~/.cache/dkms-deb/log',
    '~/.cache/dkms-deb/headers',
  ],
  load: async () => (await import('./bmdeb.ts')).bmdeb,
};
