import type { Change, DirectiveFacts } from './facts-form.ts';

const PER_MODULE: Change = { release: '3.3.0', what: 'may be set for each module' };

/** Directives that say for which kernels the driver is built, and how. */
export const BUILD_DIRECTIVES = {
  MAKE: {
    meaning:
      'The command that builds the modules. If it begins with make, DKMS adds -jN and KERNELRELEASE. MAKE[n] with n > 0 is used only if MAKE_MATCH[n] matches; the last match counts.',
    unset: 'DKMS runs make -C $kernel_source_dir M=$dkms_tree/$module/$module_version/build',
    since: '0.22.04',
    changes: [{ release: '3.1.2', what: 'for kernels built with clang, LLVM=1 is appended' }],
    example: 'MAKE="make KDIR=$kernel_source_dir"',
  },
  MAKE_MATCH: {
    meaning:
      'A regular expression for the release of the kernel: MAKE with the same index is used if it matches.',
    unset: 'only MAKE[0] is used, for every kernel',
    since: '0.37.04',
    example: 'MAKE_MATCH[1]="^5\\."',
  },
  PATCH: {
    meaning:
      'A patch in the directory patches/ of the source. DKMS applies it with patch -p1 before the build, in the order of the indices.',
    unset: 'no patch is applied',
    since: '0.37.04',
    changes: [
      {
        release: '3.4.0',
        what: 'a machine may have patches in /etc/dkms/PACKAGE_NAME/patches/, which take precedence',
      },
    ],
    example: 'PATCH[0]="fix-for-6.12.patch"',
  },
  PATCH_MATCH: {
    meaning:
      'A regular expression for the release of the kernel: PATCH with the same index is applied only if it matches.',
    unset: 'the patch is applied for every kernel',
    since: '0.37.04',
    example: 'PATCH_MATCH[0]="^6\\.12"',
  },
  BUILD_DEPENDS: {
    meaning:
      'The PACKAGE_NAME of another DKMS driver that must be installed for the kernel before this driver is built.',
    unset: 'the driver needs no other driver',
    since: '2.3',
    changes: [
      {
        release: '3.1.4',
        what: 'the build stops with exit status 13 if the other driver is not installed; before, the directive only changed the order in which dkms autoinstall builds drivers',
      },
    ],
    example: 'BUILD_DEPENDS[0]="other-driver"',
  },
  BUILD_DEPENDS_REBUILD: {
    meaning:
      'With yes, the driver is built again when a driver of BUILD_DEPENDS gets another version.',
    unset: 'it counts as no',
    since: '3.2.0',
    example: 'BUILD_DEPENDS_REBUILD="yes"',
  },
  BUILD_EXCLUSIVE_ARCH: {
    meaning:
      'A regular expression for the architecture as uname -m prints it. For other architectures nothing is built (exit status 77). Element 0 holds for all modules.',
    unset: 'the driver is built for all architectures',
    since: '1.09',
    changes: [PER_MODULE],
    example: 'BUILD_EXCLUSIVE_ARCH="^(x86_64|aarch64)$"',
  },
  BUILD_EXCLUSIVE_CONFIG: {
    meaning:
      'Options that the configuration of the kernel must have as y or m, or with ! must not have. For other kernels nothing is built (exit status 77). Element 0 holds for all modules.',
    unset: 'the configuration does not matter',
    since: '3.0.11',
    changes: [PER_MODULE],
    example: 'BUILD_EXCLUSIVE_CONFIG="CONFIG_PCI !CONFIG_PREEMPT_RT"',
  },
  BUILD_EXCLUSIVE_KERNEL: {
    meaning:
      'A regular expression for the release of the kernel. It matches anywhere in the release unless it begins with ^. For other kernels nothing is built (exit status 77). Element 0 holds for all modules.',
    unset: 'the driver is built for all releases',
    since: '1.09',
    changes: [PER_MODULE],
    example: 'BUILD_EXCLUSIVE_KERNEL="^6\\."',
  },
  BUILD_EXCLUSIVE_KERNEL_MIN: {
    meaning:
      'The lowest release of the kernel for which the driver is built. The release itself is included. Element 0 holds for all modules.',
    unset: 'there is no lowest release',
    since: '3.0.11',
    changes: [PER_MODULE],
    example: 'BUILD_EXCLUSIVE_KERNEL_MIN="5.10"',
  },
  BUILD_EXCLUSIVE_KERNEL_MAX: {
    meaning:
      'The highest release of the kernel for which the driver is built. "6.12" excludes 6.12.1 and 6.12-rc1, which are longer and so higher. Element 0 holds for all modules.',
    unset: 'there is no highest release',
    since: '3.0.11',
    changes: [PER_MODULE],
    example: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.12.999"',
  },
} as const satisfies Readonly<Record<string, DirectiveFacts>>;
