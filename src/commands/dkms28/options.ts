import {
  DRY_RUN_OPTION,
  type OptionDeclarations,
  OUTPUT_OPTION,
  type PositionalDeclaration,
} from '../command-line/command.ts';
import { ALL_OPTION } from '../command-line/driver-options.ts';

/** The argument that names the driver, in the forms that DKMS 2.8 accepts after the name of an action. */
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
    describe: 'name of a driver in the DKMS tree or below /usr/src',
  },
  'module-version': {
    ...DRIVER,
    alias: 'v',
    argument: 'VERSION',
    describe: 'version of the driver',
  },
  dkmstree: {
    ...DRIVER,
    argument: 'DIR',
    default: '/var/lib/dkms',
    completes: 'directory',
    describe: 'directory where DKMS keeps the drivers that were added',
  },
  sourcetree: {
    ...DRIVER,
    argument: 'DIR',
    default: '/usr/src',
    completes: 'directory',
    describe: 'directory with the source in NAME-VERSION/',
  },
};

/** The option for the output directory. Without this option, findDriver chooses the directory. */
export const PLACE_OPTION: OptionDeclarations = {
  output: {
    group: OUTPUT_OPTION.group,
    alias: 'o',
    type: 'string',
    argument: 'DIR',
    completes: 'directory',
    describe:
      'directory for the results (default: DKMSTREE/NAME/VERSION/deb, dsc, bmdeb or rpm if dkms add has added the driver, else ..)',
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
    describe: 'architecture as in uname -m; one for all kernels, or one for each -k',
  },
  all: ALL_OPTION,
};

const PACKED = { group: 'What is packed', type: 'boolean', default: false } as const;

export const BINARIES_ONLY_OPTION: OptionDeclarations = {
  'binaries-only': { ...PACKED, describe: 'pack only modules, no source; mkbmdeb always does so' },
};

export const ONLY_OPTIONS: OptionDeclarations = {
  'source-only': {
    ...PACKED,
    describe: 'pack only source, no modules; mkdeb, mkdsc and mkrpm always do so',
  },
  ...BINARIES_ONLY_OPTION,
};

const IGNORED = { group: 'Accepted without effect', type: 'boolean', default: false } as const;
const IGNORED_VALUE = { group: IGNORED.group, type: 'string', argument: 'X' } as const;
/** The fields of an option that DKMS 2.8 had as `--no-NAME`. Help shows the option as `--no-NAME`. */
const IGNORED_NO = { ...IGNORED, default: true } as const;

/** Options of DKMS 2.8 that are accepted, but have no effect on the packages that dkms-deb builds. */
export const IGNORED_OPTIONS: OptionDeclarations = {
  templatekernel: { ...IGNORED_VALUE, describe: 'no effect: only for mkkmp and driver disks' },
  'legacy-postinst': {
    ...IGNORED_VALUE,
    describe: 'no effect: dkms itself now has the script that the postinst runs',
  },
  'prepare-kernel': { ...IGNORED_NO, describe: 'no effect: no kernel source is changed' },
  'clean-kernel': { ...IGNORED_NO, describe: 'no effect: no kernel source is changed' },
  initrd: { ...IGNORED_NO, describe: 'no effect: nothing is installed' },
  depmod: { ...IGNORED_NO, describe: 'no effect: nothing is installed' },
  'symlink-modules': { ...IGNORED, describe: 'no effect: nothing is installed' },
  installtree: { ...IGNORED_VALUE, describe: 'no effect: nothing is installed' },
  rpm_safe_upgrade: {
    ...IGNORED,
    describe: 'no effect: the scripts of an RPM package always handle upgrades',
  },
  archive: { ...IGNORED_VALUE, describe: 'no effect: only for mktarball' },
  config: { ...IGNORED_VALUE, describe: 'no effect: the configuration of the headers is used' },
  dkmsframework: {
    ...IGNORED_VALUE,
    describe: 'no effect: use --dkmstree and --sourcetree instead',
  },
  force: { ...IGNORED, describe: 'no effect: existing results are always overwritten' },
};

/** The options of mkdeb, mkdsc and mkrpm. */
export const BUILD_OPTIONS: OptionDeclarations = {
  ...MODULE_OPTIONS,
  ...PLACE_OPTION,
  'dry-run': DRY_RUN_OPTION,
  ...ONLY_OPTIONS,
  ...KERNEL_OPTIONS,
  ...IGNORED_OPTIONS,
};
