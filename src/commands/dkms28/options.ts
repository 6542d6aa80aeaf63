import {
  DRY_RUN_OPTION,
  type OptionDeclarations,
  OUTPUT_OPTION,
  type PositionalDeclaration,
} from '../command-line/command.ts';
import { ALL_OPTION } from '../command-line/driver-options.ts';

/** What DKMS 2.8 took beside an action's name: it guessed what such a word was. */
export const MODULE_POSITIONAL: PositionalDeclaration = {
  name: 'driver',
  completes: 'directory',
  describe: 'NAME/VERSION, or a directory with a dkms.conf (default: the current one)',
};

const DRIVER = { group: 'Driver', type: 'string' } as const;

export const MODULE_OPTIONS: OptionDeclarations = {
  module: {
    ...DRIVER,
    alias: 'm',
    argument: 'NAME[/VERSION]',
    describe: 'name of the driver in the DKMS tree, or below /usr/src',
  },
  'module-version': { ...DRIVER, alias: 'v', argument: 'VERSION', describe: 'its version' },
  dkmstree: {
    ...DRIVER,
    argument: 'DIR',
    default: '/var/lib/dkms',
    completes: 'directory',
    describe: 'tree in which DKMS has what was added to it',
  },
  sourcetree: {
    ...DRIVER,
    argument: 'DIR',
    default: '/usr/src',
    completes: 'directory',
    describe: 'directory with NAME-VERSION/',
  },
};

/** Where DKMS put them, unless it is said. */
export const PLACE_OPTION: OptionDeclarations = {
  output: {
    group: OUTPUT_OPTION.group,
    alias: 'o',
    type: 'string',
    argument: 'DIR',
    completes: 'directory',
    describe:
      'directory for the results (default: DKMSTREE/NAME/VERSION/deb, dsc or bmdeb of a driver that dkms add has added, else ..)',
  },
};

const KERNELS = { group: 'Kernels', type: 'string', repeat: true } as const;

export const KERNEL_OPTIONS: OptionDeclarations = {
  kernelver: {
    ...KERNELS,
    alias: 'k',
    argument: 'KERNEL[/ARCH]',
    default: [],
    completes: 'kernel',
    describe: 'kernel release; may be repeated (default: the running kernel)',
  },
  arch: {
    ...KERNELS,
    alias: 'a',
    argument: 'ARCH',
    default: [],
    describe: 'architecture as uname -m has it; one for all kernels, or as often as -k',
  },
  all: ALL_OPTION,
};

const PACKED = { group: 'What is packed', type: 'boolean', default: false } as const;

export const BINARIES_ONLY_OPTION: OptionDeclarations = {
  'binaries-only': { ...PACKED, describe: 'modules, and no source: what mkbmdeb does anyway' },
};

export const ONLY_OPTIONS: OptionDeclarations = {
  'source-only': { ...PACKED, describe: 'source, and no modules: what mkdeb and mkdsc do anyway' },
  ...BINARIES_ONLY_OPTION,
};

const IGNORED = { group: 'Accepted without effect', type: 'boolean', default: false } as const;
const IGNORED_VALUE = { group: IGNORED.group, type: 'string', argument: 'X' } as const;
/** Shown as `--no-…`. */
const IGNORED_NO = { ...IGNORED, default: true } as const;

/** What old scripts give, and what never changed these packages or has nothing left to change. */
export const IGNORED_OPTIONS: OptionDeclarations = {
  templatekernel: { ...IGNORED_VALUE, describe: 'of mkkmp and driver disks' },
  'legacy-postinst': { ...IGNORED_VALUE, describe: 'dkms itself has the script now' },
  'prepare-kernel': { ...IGNORED_NO, describe: 'no kernel source is changed' },
  'clean-kernel': { ...IGNORED_NO, describe: 'no kernel source is changed' },
  initrd: { ...IGNORED_NO, describe: 'nothing is installed' },
  depmod: { ...IGNORED_NO, describe: 'nothing is installed' },
  'symlink-modules': { ...IGNORED, describe: 'nothing is installed' },
  installtree: { ...IGNORED_VALUE, describe: 'nothing is installed' },
  rpm_safe_upgrade: { ...IGNORED, describe: 'of RPM packages' },
  archive: { ...IGNORED_VALUE, describe: 'of mktarball' },
  config: { ...IGNORED_VALUE, describe: "the headers' own configuration counts" },
  dkmsframework: { ...IGNORED_VALUE, describe: 'say --dkmstree and --sourcetree' },
  force: { ...IGNORED, describe: 'results are written anew at any time' },
};

/** All that mkdeb and mkdsc take. */
export const BUILD_OPTIONS: OptionDeclarations = {
  ...MODULE_OPTIONS,
  ...PLACE_OPTION,
  'dry-run': DRY_RUN_OPTION,
  ...ONLY_OPTIONS,
  ...KERNEL_OPTIONS,
  ...IGNORED_OPTIONS,
};
