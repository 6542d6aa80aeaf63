import {
  DKMS_RELATIONS,
  INITRAMFS_CHOICES,
  KERNEL_DEPENDENCIES,
  META_KINDS,
  type MetaKind,
  type ModulesPackageChoices,
  PACKAGE_FORMATS,
  type PackageFormat,
} from '../../package/modules/package-choices.ts';
import type { OptionDeclarations } from '../command-line/command.ts';

const PACKAGES = { group: 'Packages' } as const;

/** The options for the packages that bmdeb writes. */
export const PACKAGE_OPTIONS: OptionDeclarations = {
  format: {
    ...PACKAGES,
    type: 'string',
    choices: PACKAGE_FORMATS,
    default: 'deb',
    describe:
      'format of the packages. rpm is experimental: kmod-NAME-KERNEL, for kernels with RPM packages',
  },
  dbgsym: {
    ...PACKAGES,
    type: 'boolean',
    default: false,
    describe: 'also write -dbgsym packages with the debug data of the modules',
  },
  changes: {
    ...PACKAGES,
    type: 'boolean',
    default: false,
    describe: 'also write .changes and .buildinfo, for reprepro, aptly and dput',
  },
  meta: {
    ...PACKAGES,
    type: 'string',
    choices: META_KINDS,
    describe: 'also write a metapackage for the newest kernel of each flavour',
  },
  modalias: {
    ...PACKAGES,
    type: 'boolean',
    default: false,
    describe:
      "with --meta: name the devices in the metapackage (field Modaliases), for Ubuntu's ubuntu-drivers",
  },
  flavour: {
    ...PACKAGES,
    type: 'string',
    argument: 'NAME',
    repeat: true,
    default: [],
    describe:
      "with --suite: only kernels of this flavour, such as cloud-amd64; may be repeated. Without --suite: the flavour in the metapackage's name, instead of the kernel's",
  },
  initramfs: {
    ...PACKAGES,
    type: 'string',
    choices: INITRAMFS_CHOICES,
    default: 'never',
    describe: "rebuild the kernel's initramfs on installation",
  },
  'dkms-relation': {
    ...PACKAGES,
    type: 'string',
    choices: DKMS_RELATIONS,
    default: 'coexist',
    describe: 'whether packages of modules coexist with NAME-dkms, conflict with it, or provide it',
  },
  'kernel-dep': {
    ...PACKAGES,
    type: 'string',
    choices: KERNEL_DEPENDENCIES,
    describe:
      "dependency on the kernel's package: exact version, any version (name), or none (default: exact for Ubuntu, Armbian and kernels without MODVERSIONS, else name)",
  },
  'kernel-package': {
    ...PACKAGES,
    type: 'string',
    argument: 'NAME',
    describe: "package of the kernel's image, if it has another name than linux-image-RELEASE",
  },
  maintainer: {
    ...PACKAGES,
    type: 'string',
    argument: 'PERSON',
    describe: "maintainer of the packages: 'Name <mail>'",
  },
  revision: {
    ...PACKAGES,
    type: 'string',
    argument: 'REVISION',
    describe: "Debian revision of the packages, instead of the changelog's",
  },
};

/** The values of PACKAGE_OPTIONS. */
export interface PackageArguments
  extends Pick<ModulesPackageChoices, 'initramfs' | 'dkmsRelation'> {
  readonly format: PackageFormat;
  readonly dbgsym: boolean;
  readonly changes: boolean;
  readonly meta?: MetaKind | undefined;
  readonly modalias: boolean;
  readonly flavour: readonly string[];
  readonly kernelDep?: ModulesPackageChoices['kernelDependency'];
  readonly kernelPackage?: string | undefined;
  readonly maintainer?: string | undefined;
  readonly revision?: string | undefined;
}
