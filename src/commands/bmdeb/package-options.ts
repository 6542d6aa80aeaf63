import { DKMS_RELATIONS, type DkmsRelation } from '../../package/dkms/dkms-relation.ts';
import {
  INITRAMFS_CHOICES,
  type InitramfsChoice,
} from '../../package/modules/initramfs-choices.ts';
import {
  KERNEL_DEPENDENCIES,
  type KernelDependency,
} from '../../package/modules/kernel-dependency.ts';
import { META_KINDS, type MetaKind } from '../../package/modules/meta-kinds.ts';
import type { OptionDeclarations } from '../command-line/command.ts';

const PACKAGES = { group: 'Packages' } as const;

/** Options about the packages that bmdeb writes. */
export const PACKAGE_OPTIONS: OptionDeclarations = {
  dbgsym: {
    ...PACKAGES,
    type: 'boolean',
    default: false,
    describe: 'also write -dbgsym packages, with the debug data of the modules',
  },
  meta: {
    ...PACKAGES,
    type: 'string',
    choices: META_KINDS,
    describe: 'also write the metapackage that follows the newest kernel of each flavour',
  },
  flavour: {
    ...PACKAGES,
    type: 'string',
    argument: 'NAME',
    describe: 'the X of the linux-image-X that --meta follows, if it is not the one of the headers',
  },
  initramfs: {
    ...PACKAGES,
    type: 'string',
    choices: INITRAMFS_CHOICES,
    default: 'never',
    describe: 'whether installing the modules makes the initramfs of their kernel anew',
  },
  'dkms-relation': {
    ...PACKAGES,
    type: 'string',
    choices: DKMS_RELATIONS,
    default: 'coexist',
    describe: 'live beside NAME-dkms, conflict with it, or provide it',
  },
  'kernel-dep': {
    ...PACKAGES,
    type: 'string',
    choices: KERNEL_DEPENDENCIES,
    describe:
      "depend on the kernel's exact version or its name (default: exact where it has no MODVERSIONS)",
  },
  maintainer: {
    ...PACKAGES,
    type: 'string',
    argument: 'PERSON',
    describe: "maintainer of the packages, as 'Name <mail>'",
  },
  revision: {
    ...PACKAGES,
    type: 'string',
    argument: 'REVISION',
    describe: "Debian revision of the packages, instead of the changelog's",
  },
};

/** PACKAGE_OPTIONS as bmdeb gets them. */
export interface PackageArguments {
  readonly dbgsym: boolean;
  readonly initramfs: InitramfsChoice;
  readonly meta?: MetaKind | undefined;
  readonly flavour?: string | undefined;
  readonly dkmsRelation: DkmsRelation;
  readonly kernelDep?: KernelDependency | undefined;
  readonly maintainer?: string | undefined;
  readonly revision?: string | undefined;
}
